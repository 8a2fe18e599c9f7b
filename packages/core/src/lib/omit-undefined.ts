/** Copies objects for types that tell an absent member from one that is `undefined` (`exactOptionalPropertyTypes`). */

/** Returns a copy without the members whose value is `undefined`. */
export function omitUndefined<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  const defined: Partial<T> = {};
  for (const name of Object.keys(members) as (keyof T)[]) {
    if (members[name] !== undefined) defined[name] = members[name];
  }
  return defined as T;
}
