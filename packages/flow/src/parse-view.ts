import {
  declineAdvices,
  nextSteps,
  phases,
  problemCodes,
  type Money,
  type PaymentDisplay,
  type PaymentView,
  type Problem,
} from './contract.ts';

/** What a member may be: one of a list, a text that matches, or what a function reads it as. */
type MemberRule = readonly string[] | RegExp | ((value: unknown) => unknown);

function parseMember(value: unknown, rule: MemberRule): unknown {
  if (typeof rule === 'function') return rule(value);
  const matches =
    typeof value === 'string' && (Array.isArray(rule) ? rule.includes(value) : (rule as RegExp).test(value));
  return matches ? value : undefined;
}

/**
 * Reads the named members of an object and no other. An optional one that is not as it has to be is left out; for
 * want of a required one there is no object.
 */
const object =
  <T extends object, RequiredKey extends keyof T = never>(
    required: Record<RequiredKey, MemberRule>,
    optional: Record<Exclude<keyof T, RequiredKey>, MemberRule>,
  ) =>
  (value: unknown): T | undefined => {
    if (value !== Object(value)) return undefined;
    const parsed: Record<string, unknown> = {};
    for (const [key, rule] of Object.entries<MemberRule>({ ...required, ...optional })) {
      const member = parseMember((value as Record<string, unknown>)[key], rule);
      if (member !== undefined) parsed[key] = member;
      else if (key in required) return undefined;
    }
    return parsed as T;
  };

const number = (value: unknown): number | undefined =>
  Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined;

const money = object<Money, keyof Money>({ value: number, currency: /^[A-Z]{3}$/ }, {});

/** The problem in a body: `INTERNAL` for a code this version does not know, `undefined` when there is none. */
export const parseProblem: (value: unknown) => Problem | undefined = object<Problem, 'code'>(
  { code: (value) => parseMember(value, problemCodes) ?? (value ? 'INTERNAL' : undefined) },
  { advice: declineAdvices },
);

/**
 * The view in a backend's answer, or `undefined` when it is none. `phase`, `next`, `revision` and `reference` must be
 * as the contract says; any other member that is not is left out, and so is what the contract does not name.
 */
export const parseView: (value: unknown) => PaymentView | undefined = object<
  PaymentView,
  'phase' | 'next' | 'revision' | 'reference'
>(
  {
    phase: phases,
    next: (value) => (Array.isArray(value) ? nextSteps.filter((step) => value.includes(step)) : undefined),
    revision: number,
    reference: /./,
  },
  {
    resendInSeconds: number,
    pollAfterSeconds: number,
    session: /./,
    attempts: object<NonNullable<PaymentView['attempts']>, 'misses'>({ misses: number }, { leftAtBank: number }),
    problem: parseProblem,
    // Never `javascript:`: a screen may put it into a link.
    challengeUrl: /^https?:\/\//i,
    leftForBank: (value) => value === true || undefined,
    display: object<PaymentDisplay>(
      {},
      {
        merchantName: /./,
        amount: money,
        fee: money,
        network: /./,
        issuer: /./,
        lastDigits: /^\d{4}$/,
        destination: /^(?=.)\D*(\d\D*){0,4}$/,
      },
    ),
  },
);
