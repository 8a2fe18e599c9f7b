import type { Order } from '@plural-otp/core';
import type { Parts } from '../context.ts';
import { present } from '../lib/omit-undefined.ts';
import {
  entryOf,
  isOwed,
  rest,
  scheduleNextLook,
  verdictKey,
  type OrderRecord,
  type PaymentEntry,
  type RecordedVerdict,
} from '../payment/order-record.ts';
import type { PaymentVerdict } from '../payment/verdict.ts';
import { late, limited, within } from '../lib/timeout.ts';

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
  const mine = (draft: OrderRecord | undefined): PaymentEntry | undefined => {
    const entry = entryOf(draft, found.paymentId);
    return entry && verdictKey(entry) === owed ? entry : undefined;
  };
  const end = (draft: OrderRecord, verdict: RecordedVerdict): void => {
    verdict.deliveredAtMs = now();
    verdict.leaseUntilMs = undefined;
    rest(draft);
  };
  const { record, result: begun } = await ledger.change(key, (draft) => {
    const entry = mine(draft);
    const { verdict } = entry ?? {};
    if (!entry || !verdict || !isOwed(entry) || (verdict.leaseUntilMs ?? 0) > now()) return undefined;
    verdict.attempt += 1;
    if (settings.onVerdict) draft.dueAtMs = verdict.leaseUntilMs = now() + leaseMs;
    else end(draft, verdict);
    return true;
  });
  const entry = mine(record);
  if (!record || !entry?.verdict || !isOwed(entry)) return 'delivered';
  const verdict = verdictOf(record, entry, order);
  if (!begun || !verdict) return 'elsewhere';

  const hook = await runHook(parts, verdict, entry.verdict.attempt);
  if (hook !== 'done') parts.report('VERDICT_NOT_DELIVERED', { entry });
  await ledger.change(key, (draft) => {
    const current = mine(draft)?.verdict;
    if (!current) return undefined;
    if (hook === 'done') end(draft, current);
    else {
      // One that hangs may still be at work: its lease runs out by itself.
      if (hook === 'threw') current.leaseUntilMs = undefined;
      scheduleNextLook(draft, now());
    }
    return true;
  });
  return hook === 'done' ? 'delivered' : 'failed';
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
