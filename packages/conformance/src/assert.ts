/** A rule that does not hold: what was expected and what came. Its texts are masked where they are shown. */
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

/** A case that cannot be run with this backend or hook, and why. */
export class Skipped extends Error {}

/** JSON with the members of each object in order, so that texts are equal when values are. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'nothing';

const format = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));

/** Throws a `ConformanceError` unless the condition holds. */
export function assert(condition: boolean, expected: string, received: unknown): asserts condition {
  if (!condition) throw new ConformanceError(expected, format(received));
}

/** Throws a `ConformanceError` unless `came` is one of the values, compared as JSON. */
export function expectOneOf(what: string, received: unknown, ...values: readonly unknown[]): void {
  assert(
    values.some((value) => canonical(value) === canonical(received)),
    `${what} ${values.map(format).join(' or ')}`,
    received,
  );
}
