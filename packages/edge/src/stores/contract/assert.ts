/** Assertions of the store contract: independent of any test runner. */

/** Throws an error with this message unless the condition holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Compares two values as JSON; `what` names the value in the message. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [print(actual), print(expected)];
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, got ${found}`);
}

/** Asserts that a call rejects, and returns what it rejected with. */
export async function assertRejects(call: Promise<unknown>, what: string): Promise<unknown> {
  let result: unknown;
  try {
    result = await call;
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: expected a rejection, got ${print(result)}`);
}

const longestPrint = 200;

function print(value: unknown): string {
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length <= longestPrint ? text : `${text.slice(0, longestPrint)}… (${text.length} characters)`;
}
