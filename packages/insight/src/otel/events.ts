/** Steps, verdicts and durations of payments, from their events. */

import type { FlowEvent } from '@plural-otp/edge';
import { bucketBounds } from '../numbers/buckets.ts';
import { toGroupName } from '../parse-event.ts';
import { createNames, type InsightMeter } from './meter.ts';

/** Options of {@link meterEvents}. */
export interface MeterOptions {
  /** Number of issuers told by name; the others are `other`. @default 20 */
  maxIssuers?: number;
}

type Values<Name extends 'source' | 'outcome' | 'advice' | 'method'> = Readonly<
  Record<NonNullable<FlowEvent[Name]>, true>
>;

/**
 * Values that are told by name; what a later version adds is `other`. Typed by the event, so that a value which is
 * missing here, or no longer exists there, does not compile.
 */
const known: { readonly [Name in 'source' | 'outcome' | 'advice' | 'method']: Values<Name> } = {
  source: { submit: true, return: true, webhook: true, status: true, settle: true, sweep: true },
  outcome: { paid: true, authorized: true, failed: true, cancelled: true },
  advice: {
    useAnotherCard: true,
    contactIssuer: true,
    checkFunds: true,
    checkDetails: true,
    payAgain: true,
    tryLater: true,
    orderCancelled: true,
  },
  method: { nativeOtp: true, bankPage: true, passkey: true, approval: true },
};

const within = (name: keyof typeof known, value: string): string =>
  Object.hasOwn(known[name], value) ? value : 'other';

/** Payments that are followed, at most: older ones would be counted again. */
const maxFollowed = 5000;

/** Progress of a payment, as far as this process was told. */
interface Followed {
  /** Steps and outcomes that were counted. */
  counted: Set<string>;
  sentMs?: number;
  submittedMs?: number;
}

/**
 * Creates an `onEvent` that counts steps, verdicts and durations on a meter. Call it together with the insight's own:
 * `onEvent: (event) => { meter(event); return insight.hooks.onEvent(event); }`.
 *
 * @example
 * ```ts
 * import { metrics } from '@opentelemetry/api';
 * import { meterEvents } from '@plural-otp/insight/otel';
 *
 * export const onEvent = meterEvents(metrics.getMeter('plural-otp'));
 * ```
 */
export function meterEvents(meter: InsightMeter, { maxIssuers = 20 }: MeterOptions = {}): (event: FlowEvent) => void {
  const steps = meter.createCounter('plural_otp.payment.steps', {
    unit: '{payment}',
    description: 'Steps of payments, each step of a payment once.',
  });
  const verdicts = meter.createCounter('plural_otp.payment.verdicts', {
    unit: '{payment}',
    description: 'Verdicts on payments, each outcome of a payment once.',
  });
  const sources = meter.createCounter('plural_otp.verdict.sources', {
    unit: '{verdict}',
    description: 'Verdicts, by what found them.',
  });
  const durations = meter.createHistogram('plural_otp.step.duration', {
    unit: 's',
    description: 'Time from the OTP sent to handed in, from there to the verdict, and of all.',
    advice: { explicitBucketBoundaries: [...bucketBounds] },
  });
  const payments = new Map<string, Followed>();
  const follow = (reference: string): Followed => {
    const known = payments.get(reference);
    if (known) return known;
    const [oldest] = payments.keys();
    if (payments.size >= maxFollowed && oldest !== undefined) payments.delete(oldest);
    const followed = { counted: new Set<string>() };
    payments.set(reference, followed);
    return followed;
  };

  const name = createNames(maxIssuers);
  const toIssuer = (issuer: string | undefined): string => name(toGroupName(issuer).toLowerCase());

  return (event) => {
    const { type, reference, nth = 1, ms, outcome, source = 'unknown' } = event;
    // The payment was counted under its first reference.
    if (event.restored) return;
    const attributes = { method: within('method', event.method ?? 'unknown'), issuer: toIssuer(event.issuer) };
    const times = follow(reference);
    const isFirst = (what: string): boolean => !times.counted.has(what) && times.counted.add(what).has(what);
    // A step that is reported again is the same payment.
    if (nth === 1 && isFirst(type)) steps.add(1, { ...attributes, step: type });
    if (type === 'otpSent') times.sentMs ??= ms;
    if (type === 'submitted' && times.submittedMs === undefined) {
      times.submittedMs = ms;
      if (times.sentMs !== undefined) durations.record((ms - times.sentMs) / 1000, { ...attributes, leg: 'typed' });
    }
    // A verdict that corrects another counts too: a counter takes nothing back.
    if (type !== 'verdict' || outcome === undefined || !isFirst(`verdict ${outcome}`)) return;
    verdicts.add(1, {
      ...attributes,
      outcome: within('outcome', outcome),
      advice: event.advice === undefined ? 'none' : within('advice', event.advice),
    });
    sources.add(1, { outcome: within('outcome', outcome), source: within('source', source) });
    if ((outcome !== 'paid' && outcome !== 'authorized') || !isFirst('money')) return;
    durations.record(ms / 1000, { ...attributes, leg: 'all' });
    if (times.submittedMs !== undefined) {
      durations.record((ms - times.submittedMs) / 1000, { ...attributes, leg: 'verdict' });
    }
  };
}
