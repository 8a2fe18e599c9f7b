/** Assertions in plain JavaScript, because no test runner runs in every runtime. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

/** Asserts that `action` rejects with an error of this `code`. */
export async function throwsCode(action: () => Promise<unknown>, code: string): Promise<void> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  equal((thrown as { code?: unknown } | undefined)?.code, code, 'thrown code');
}

/** Cases by title; each title states a rule. */
export type Cases = Record<string, () => Promise<void>>;
