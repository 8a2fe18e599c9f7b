/** Parsing of responses, written by hand to keep a schema library out of the browser. */
import {
  declineAdvices,
  nextSteps,
  phases,
  problemCodes,
  type Money,
  type PaymentDisplay,
  type PaymentView,
  type Phase,
  type Problem,
} from './contract.ts';

/** Rule of one member: a list of values, a pattern, or a parser. */
type MemberRule = readonly string[] | RegExp | ((value: unknown) => unknown);

function parseMember(value: unknown, rule: MemberRule): unknown {
  if (typeof rule === 'function') return rule(value);
  const matches =
    typeof value === 'string' && (Array.isArray(rule) ? rule.includes(value) : (rule as RegExp).test(value));
  return matches ? value : undefined;
}

/**
 * Creates a parser of an object that keeps only the named members. An invalid optional member is dropped; an invalid
 * required member makes the result `undefined`.
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

const isTrue = (value: unknown): true | undefined => value === true || undefined;

const money = object<Money, keyof Money>({ value: number, currency: /^[A-Z]{3}$/ }, {});

/** Parses a problem. An unknown code becomes `INTERNAL`; without a code the result is `undefined`. */
export const parseProblem: (value: unknown) => Problem | undefined = object<Problem, 'code'>(
  { code: (value) => parseMember(value, problemCodes) ?? (value ? 'INTERNAL' : undefined) },
  { advice: declineAdvices },
);

/** Parses a view of any phase. */
const parseKnown: (value: unknown) => PaymentView | undefined = object<
  PaymentView,
  'phase' | 'next' | 'revision' | 'reference'
>(
  {
    phase: /./,
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
    // Never `javascript:`, because a page may put it into a link.
    challengeUrl: /^https?:\/\//i,
    leftForBank: isTrue,
    display: object<PaymentDisplay>(
      {},
      {
        merchantName: /./,
        statementName: /./,
        amount: money,
        fee: money,
        network: /./,
        issuer: /./,
        lastDigits: /^\d{4}$/,
        destination: /^(?=.)\D*(\d\D*){0,4}$/,
        preAuth: isTrue,
      },
    ),
  },
);

/**
 * Parses a view, or returns `undefined`. `phase`, `next`, `revision` and `reference` are required; other invalid members
 * and members unknown to the contract are dropped. Page and backend are deployed apart, so a phase or step may be newer
 * than this version: such a phase counts as `confirming`, and the bank's page is offered.
 */
export function parseView(value: unknown, warn?: (message: string) => void): PaymentView | undefined {
  const view = parseKnown(value);
  if (!view) return view;
  const { phase, next } = value as PaymentView;
  const unknown = [phase, ...next].filter((name) => ![...phases, ...nextSteps].includes(name as Phase));
  if (unknown.length) {
    warn?.(`update script: unknown ${unknown.join()}`);
    if (unknown[0] === phase) view.phase = 'confirming';
    view.next = [...new Set([...view.next, 'redirect' as const])];
  }
  return view;
}
