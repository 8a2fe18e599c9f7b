/** The decisions that a developer can make in place of the issuer. */

/** Names of the decisions. */
const decisions = ['approve', 'decline', 'hold'] as const;
/** `hold`: the issuer makes no decision by itself until one is made by hand. */
export type Decision = (typeof decisions)[number];

/**
 * Reads a decision.
 *
 * @throws A TypeError that names the decisions.
 */
export function parseDecision(value: unknown): Decision {
  const decision = decisions.find((known) => known === value);
  if (decision === undefined) throw new TypeError(`"decision" must be one of ${decisions.join(', ')}.`);
  return decision;
}
