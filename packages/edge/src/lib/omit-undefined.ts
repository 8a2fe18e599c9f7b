/** The same members without those that are `undefined`: our types tell absent and `undefined` apart. */
export function omitUndefined<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const name of Object.keys(members) as (keyof T)[]) if (members[name] !== undefined) kept[name] = members[name];
  return kept as T;
}
