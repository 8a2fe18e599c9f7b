/** Assertions of the cases. They throw a `ConformanceError` that names what was expected and what was received. */

/** A failed rule. Its strings may hold secrets: they are redacted before they are shown. */
export class ConformanceError extends Error {
  readonly expected: string;
  readonly received: string;
  constructor(expected: string, received: string) {
    super(`expected ${expected}; received ${received}`);
    this.name = 'ConformanceError';
    this.expected = expected;
    this.received = received;
  }
}

/** Thrown by a case that cannot run with this backend or hook; the message says why. */
export class Skipped extends Error {}

/** Serializes to JSON with sorted members, so that equal values give equal strings. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'nothing';

const format = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));

/**
 * Asserts a condition.
 *
 * @throws {ConformanceError} when it is false.
 */
export function assert(condition: boolean, expected: string, received: unknown): asserts condition {
  if (!condition) throw new ConformanceError(expected, format(received));
}

/**
 * Asserts that `received` equals one of the values, compared as JSON.
 *
 * @throws {ConformanceError} when it equals none.
 */
export function expectOneOf(what: string, received: unknown, ...values: readonly unknown[]): void {
  assert(
    values.some((value) => canonical(value) === canonical(received)),
    `${what} ${values.map(format).join(' or ')}`,
    received,
  );
}
