/** `sweep`: reconciles payments that no request, return or webhook resolved, and delivers what is undelivered. */

import { PluralError } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import { TIMED_OUT, withTimeout } from '../lib/timeout.ts';
import { getDueAtMs, isCheckDue } from '../payment/check-schedule.ts';
import { isDeliveryDue } from '../payment/delivery-schedule.ts';
import { processDue, type DueWork } from '../reconciliation/process-due.ts';
import type { ClaimedOrder } from '../stores/order-repository.ts';

/** Options of `sweep`. */
export interface SweepOptions {
  /**
   * Milliseconds after which the sweep resolves; what is left stays due. `Infinity`, and any budget beyond the 24 days
   * that a timer can take, ends after 24 days.
   * @default 25000
   */
  budgetMs?: number;
  /** Number of orders that are worked on at once, 1 to 1000. @default 8 */
  concurrency?: number;
  /** Stops the sweep before the next order. */
  signal?: AbortSignal;
}

/** Result of a sweep. */
export interface SweepResult {
  /** Number of orders that were read. */
  checked: number;
  /** Number of verdicts that were delivered. */
  delivered: number;
  /** Number of those orders that remain open, undelivered or unread. */
  stillOpen: number;
  /** True when the sweep ended before it ran out of due orders: call it again at once. */
  more: boolean;
  /**
   * Milliseconds for which the oldest of these orders had been due when the sweep began; absent when none was. The one
   * figure to alert on.
   */
  oldestDueMs?: number;
}

/** Time for which one sweep has a record to itself; another sweep may check it after that. */
const claimMs = 60_000;
/** Time after which a worker goes on to the next order while an `onVerdict` still runs. */
const slowHookMs = 1000;
/** Number of `onVerdict` calls that hang, or fail in a row, after which a sweep calls it no more. */
const maxHung = 2;
const maxFailures = 20;
const maxConcurrency = 1000;
/** Longest time of a timer: one that is set to more fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks every order and delivers every verdict that is due, until nothing is due or the budget is over. Call it every
 * minute or so, in any number of processes: it is what makes delivery at-least-once. An order that cannot be read waits
 * for its next check; a record that cannot be read is reported each time it is claimed.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, with nothing claimed; `STORE_FAILED`.
 */
export async function sweep(context: HandlerContext, options: SweepOptions = {}): Promise<SweepResult> {
  const { budgetMs, concurrency, signal } = readOptions(options);
  const { repository, timers, settings, now } = context;
  const beganAtMs = now();
  const result: SweepResult = { checked: 0, delivered: 0, stillOpen: 0, more: true };
  const queue: ClaimedOrder[] = [];
  const passedOver: ClaimedOrder[] = [];
  const slow = new Set<Promise<void>>();
  let isOver = false;
  let isExhausted = false;
  let hung = 0;
  let failures = 0;

  // Only a few at a time, because what is claimed and not worked on waits until the claim ends.
  const claim = async (): Promise<void> => {
    const limit = concurrency * 2;
    const claimed = await repository.claim(now(), now() + claimMs, limit);
    isExhausted = claimed.length < limit;
    for (const order of claimed) {
      const dueAtMs = order.record ? getDueAtMs(order.record) : order.dueAtMs;
      const ageMs = beganAtMs - (dueAtMs ?? Infinity);
      if (ageMs >= 0) result.oldestDueMs = Math.max(result.oldestDueMs ?? 0, ageMs);
    }
    queue.push(...claimed);
  };
  let claiming: Promise<void> | undefined;
  const next = async (): Promise<ClaimedOrder | undefined> => {
    for (;;) {
      if (isOver || signal?.aborted) return undefined;
      const order = queue.shift();
      if (order) return order;
      if (isExhausted) return undefined;
      claiming ??= claim().finally(() => {
        claiming = undefined;
      });
      await claiming;
    }
  };

  // A hook that is broken must not keep the other orders from being read.
  const mayDeliver = (): boolean =>
    Boolean(settings.onVerdict) && hung < maxHung && failures < maxFailures && slow.size < concurrency;

  const count = ({ checked, deliveries, stillOpen }: DueWork): void => {
    if (checked) result.checked += 1;
    if (stillOpen) result.stillOpen += 1;
    for (const delivery of deliveries) {
      if (delivery === 'delivered') result.delivered += 1;
      if (delivery === 'hung') hung += 1;
      failures = delivery === 'failed' ? failures + 1 : 0;
    }
  };
  const work = async ({ key, record }: ClaimedOrder): Promise<void> => {
    try {
      count(await processDue(context, key, { known: record, deliver: mayDeliver(), isClaimed: true }));
    } catch (error) {
      context.reportError(error);
      result.stillOpen += 1;
    }
  };
  const worker = async (): Promise<void> => {
    for (let order = await next(); order; order = await next()) {
      const { key, record } = order;
      if (!record) {
        context.report('RECORD_UNREADABLE', { recordKey: key });
        result.stillOpen += 1;
        continue;
      }
      // A verdict that may not be delivered now waits for the end of its claim, or for another process.
      if (!mayDeliver() && !isCheckDue(record, now()) && isDeliveryDue(record, now())) {
        if (!settings.onVerdict) passedOver.push(order);
        continue;
      }
      const working = work(order).finally(() => slow.delete(working));
      if ((await withTimeout(timers, slowHookMs, working)) === TIMED_OUT) slow.add(working);
    }
  };

  const release = async ({ key, record }: ClaimedOrder): Promise<void> => {
    await repository.update(key, () => true, { known: record }).catch(context.reportError);
  };
  const passOn = async (): Promise<void> => {
    for (const order of passedOver) await release(order);
  };
  const all = Promise.all(Array.from({ length: concurrency }, worker)).then(() => Promise.all([...slow, passOn()]));
  if ((await withTimeout(timers, budgetMs, all)) !== TIMED_OUT) result.more = queue.length > 0 || !isExhausted;
  isOver = true;
  // What was claimed and not begun is due again at once, for the next sweep.
  const releaseAll = async (): Promise<void> => {
    await claiming?.catch(() => undefined);
    await Promise.all(queue.map(release));
  };
  if (result.more) await withTimeout(timers, slowHookMs, releaseAll());
  return { ...result };
}

/**
 * Validates the options of a sweep and fills in defaults.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, with every option that is wrong.
 */
function readOptions(options: SweepOptions): SweepOptions & { budgetMs: number; concurrency: number } {
  const isObject = typeof options === 'object' && options !== null;
  const { budgetMs, concurrency, signal } = isObject ? options : {};
  const budget = budgetMs ?? 25_000;
  const workers = concurrency ?? 8;
  const isCount = Number.isInteger(workers) && workers >= 1 && workers <= maxConcurrency;
  const rules: [holds: boolean, path: string, expected: string][] = [
    [isObject, 'options', 'an object'],
    [typeof budget === 'number' && budget > 0, 'budgetMs', 'a number of milliseconds above 0, or Infinity'],
    [isCount, 'concurrency', `an integer from 1 to ${maxConcurrency}`],
    // An `AbortController` in place of its signal would never stop anything.
    [typeof (signal ?? { aborted: false }).aborted === 'boolean', 'signal', 'an AbortSignal'],
  ];
  const issues = rules.flatMap(([holds, path, expected]) => (holds ? [] : [{ path, expected }]));
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { issues });
  return { budgetMs: Math.min(budget, maxTimerMs), concurrency: workers, ...(signal && { signal }) };
}
