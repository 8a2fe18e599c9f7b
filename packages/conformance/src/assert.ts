/** A rule that does not hold: what was expected and what came. Its texts are masked where they are shown. */
export class Breach extends Error {
  readonly expected: string;
  readonly came: string;
  constructor(expected: string, came: string) {
    super(`expected ${expected}; came ${came}`);
    this.name = 'Breach';
    this.expected = expected;
    this.came = came;
  }
}

/** A case that cannot be run with this backend or hook, and why. */
export class NotRun extends Error {}

/** JSON with the members of each object in order, so that texts are equal when values are. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'nothing';

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));

/** Throws a `Breach` unless the condition holds. */
export function hold(condition: boolean, expected: string, came: unknown): asserts condition {
  if (!condition) throw new Breach(expected, shown(came));
}

/** Throws a `Breach` unless `came` is one of the values, compared as JSON. */
export function expectOneOf(what: string, came: unknown, ...values: readonly unknown[]): void {
  hold(
    values.some((value) => canonical(value) === canonical(came)),
    `${what} ${values.map(shown).join(' or ')}`,
    came,
  );
}
