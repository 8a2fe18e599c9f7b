/** Verdicts that the shop has not taken yet. */

import type { InsightMeter } from './meter.ts';

/** Options of {@link meterVerdicts}. */
export interface MeterVerdictsOptions {
  /** Returns the time in epoch milliseconds. @default Date.now */
  now?: () => number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Undelivered verdicts that are told apart, at most. */
const maxUndelivered = 5000;

/** Returns the least age of a verdict at an attempt: the next comes after half its age, and no sooner than a minute. */
function toLeastAgeMs(attempt: number): number {
  let ageMs = 0;
  for (let earlier = 1; earlier < attempt && ageMs < 30 * dayMs; earlier += 1)
    ageMs += Math.min(Math.max(ageMs / 2, minuteMs), dayMs);
  return ageMs;
}

/**
 * Wraps an `onVerdict`, and tells the verdicts that it was given and has not accepted as `plural_otp.verdicts.owed`, and
 * the age of the oldest as `plural_otp.verdicts.owed.age`. A verdict that another process delivers is forgotten once
 * its next attempt here is overdue.
 *
 * @example
 * ```ts
 * import { metrics } from '@opentelemetry/api';
 * import type { OtpHandlerOptions } from '@plural-otp/edge';
 * import { meterVerdicts } from '@plural-otp/insight/otel';
 *
 * type OnVerdict = Exclude<OtpHandlerOptions['onVerdict'], false>;
 * export const meterShop = (onVerdict: OnVerdict): OnVerdict =>
 *   meterVerdicts(metrics.getMeter('plural-otp'), onVerdict);
 * ```
 */
export function meterVerdicts<
  Verdict extends { key: string; supersedes?: string },
  Context extends { attempt: number },
>(
  meter: InsightMeter,
  onVerdict: (verdict: Verdict, context: Context) => void | Promise<void>,
  { now = Date.now }: MeterVerdictsOptions = {},
): (verdict: Verdict, context: Context) => Promise<void> {
  const undelivered = new Map<string, { sinceMs: number; overdueMs: number }>();
  const forgetOverdue = (): void => {
    for (const [key, { overdueMs }] of undelivered) if (overdueMs < now()) undelivered.delete(key);
  };
  meter
    .createObservableGauge('plural_otp.verdicts.owed', {
      unit: '{verdict}',
      description: 'Verdicts that onVerdict was given and has not accepted.',
    })
    .addCallback((result) => {
      forgetOverdue();
      result.observe(undelivered.size);
    });
  meter
    .createObservableGauge('plural_otp.verdicts.owed.age', {
      unit: 's',
      description: 'Age of the oldest of them, at least; 0 without one.',
    })
    .addCallback((result) => {
      forgetOverdue();
      const oldestMs = Math.min(now(), ...[...undelivered.values()].map(({ sinceMs }) => sinceMs));
      result.observe((now() - oldestMs) / 1000);
    });
  return async (verdict, context) => {
    const { key, supersedes } = verdict;
    if (supersedes !== undefined) undelivered.delete(supersedes);
    const ageMs = toLeastAgeMs(context.attempt);
    const sinceMs = Math.min(undelivered.get(key)?.sinceMs ?? Infinity, now() - ageMs);
    if (undelivered.has(key) || undelivered.size < maxUndelivered) {
      // The next attempt comes after half its age: twice that is late.
      const pauseMs = Math.min(Math.max(now() - sinceMs, 5 * minuteMs), 2 * dayMs);
      undelivered.set(key, { sinceMs, overdueMs: now() + pauseMs });
    }
    await onVerdict(verdict, context);
    undelivered.delete(key);
  };
}
