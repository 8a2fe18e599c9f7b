import type { Order } from '@plural-otp/core';
import type { Parts } from './parts.ts';
import { present } from './present.ts';
import { entryOf, isOwed, rest, scheduleNextLook, verdictKey, type OrderRecord, type PaymentEntry } from './record.ts';
import type { PaymentVerdict } from './verdict.ts';
import { late, limited, within } from './waiting.ts';

/** What became of a delivery. `elsewhere`: another process is at it. */
export type Delivery = 'delivered' | 'failed' | 'elsewhere';

const leaseMs = 60_000;
const hookLimitMs = 30_000;

/** The verdict on a payment, as it is delivered; `undefined` when there is none yet. */
export function verdictOf(record: OrderRecord, entry: PaymentEntry, order: Order): PaymentVerdict | undefined {
  const { verdict, paymentId, merchantPaymentReference, amount, customerLeft } = entry;
  if (!verdict) return undefined;
  const { code, message } = order.payments.find(({ id }) => id === paymentId)?.error_detail ?? {};
  const { supersedes, outcome, orderOpen, source } = verdict;
  const { orderId, merchantOrderReference, preAuth } = record;
  return present({
    key: verdictKey(entry),
    supersedes,
    outcome,
    orderId,
    merchantOrderReference,
    paymentId,
    merchantPaymentReference,
    amount,
    preAuth,
    orderOpen,
    customerLeft,
    error: outcome === 'failed' && code !== undefined ? { code, message: message ?? '' } : undefined,
    source,
    order,
  });
}

/**
 * Delivers one owed verdict: takes a lease in the record, calls `onVerdict`, records its success.
 * The lease is taken only if the verdict is still the one that was found.
 */
export async function deliver(parts: Parts, key: string, found: PaymentEntry, order: Order): Promise<Delivery> {
  const { ledger, settings, now } = parts;
  const owed = verdictKey(found);
  const { record, result: lease } = await ledger.change<Delivery | 'taken'>(key, (draft) => {
    const entry = entryOf(draft, found.paymentId);
    const verdict = entry?.verdict;
    if (!draft || !verdict || !isOwed(entry) || verdictKey(entry) !== owed) return { save: false, result: 'delivered' };
    if ((verdict.leaseUntilMs ?? 0) > now()) return { save: false, result: 'elsewhere' };
    verdict.attempt += 1;
    if (!settings.onVerdict) {
      verdict.deliveredAtMs = now();
      rest(draft);
      return { save: true, result: 'delivered' };
    }
    verdict.leaseUntilMs = now() + leaseMs;
    draft.dueAtMs = verdict.leaseUntilMs;
    return { save: true, result: 'taken' };
  });
  const entry = entryOf(record, found.paymentId);
  const verdict = record && entry && verdictOf(record, entry, order);
  if (lease !== 'taken') return lease;
  if (!verdict || !entry?.verdict) return 'failed';

  const end = await runHook(parts, verdict, entry.verdict.attempt);
  if (end !== 'done') parts.report('VERDICT_NOT_DELIVERED', { entry });
  await ledger.change(key, (draft) => {
    const current = entryOf(draft, found.paymentId);
    if (!draft || !current?.verdict || verdictKey(current) !== owed) return { save: false, result: undefined };
    if (end === 'done') {
      current.verdict.deliveredAtMs = now();
      delete current.verdict.leaseUntilMs;
      rest(draft);
    } else {
      // One that hangs may still be at work: its lease runs out by itself.
      if (end === 'threw') delete current.verdict.leaseUntilMs;
      scheduleNextLook(draft, now());
    }
    return { save: true, result: undefined };
  });
  return end === 'done' ? 'delivered' : 'failed';
}

/** Calls `onVerdict`. The wait ends after 30 seconds also when the hook does not heed its signal. */
async function runHook(
  { settings, wait }: Parts,
  verdict: PaymentVerdict,
  attempt: number,
): Promise<'done' | 'threw' | 'hung'> {
  const call = limited(wait, hookLimitMs, async (signal) => settings.onVerdict?.(verdict, { signal, attempt }));
  try {
    return (await within(wait, hookLimitMs, call)) === late ? 'hung' : 'done';
  } catch {
    return 'threw';
  }
}
