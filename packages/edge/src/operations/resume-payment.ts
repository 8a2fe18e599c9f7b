import type { Order } from '@plural-otp/core';
import type { PaymentView } from '@plural-otp/flow/contract';
import type { Parts } from '../context.ts';
import { entryOf, leadingEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { present } from '../lib/omit-undefined.ts';
import { readReference } from '../payment/support-reference.ts';
import type { Session } from '../session/sealed-session.ts';
import type { ReturnedPayment } from '../options.ts';
import type { StartedPayment } from './started-payment.ts';
import { viewOf } from '../payment/payment-view.ts';

const minuteMs = 60_000;
const readMs = 24 * 60 * minuteMs;

/** What the browser gets: a new session and the payment as it stands. */
async function clientOf(
  parts: Parts,
  key: string,
  record: OrderRecord,
  entry: PaymentEntry,
  unsaved?: Session['unsaved'],
): Promise<{ session: string; view: PaymentView }> {
  const { paymentId, reference, challengeUrl, startedAtMs } = entry;
  const { limits } = parts.settings;
  const nowMs = parts.now();
  const renewUntilMs = startedAtMs + limits.maxMinutes * minuteMs;
  const actUntilMs = Math.min(nowMs + limits.activeMinutes * minuteMs, renewUntilMs);
  const session = await parts.seals.seal(
    present({
      orderId: record.orderId,
      paymentId,
      key,
      reference,
      challengeUrl,
      actUntilMs,
      renewUntilMs,
      readUntilMs: nowMs + readMs,
      unsaved,
    }),
  );
  return { session, view: viewOf(record, entry, nowMs, limits, { expired: nowMs > actUntilMs }) };
}

/** A payment as `startPayment` and `resumePayment` give it. */
export async function startedFrom(
  parts: Parts,
  key: string,
  record: OrderRecord,
  entry: PaymentEntry,
  order?: Order,
  unsaved?: Session['unsaved'],
): Promise<StartedPayment> {
  const { paymentId, nativeOtp, nativeOtpFrom, challengeUrl } = entry;
  const client = await clientOf(parts, key, record, entry, unsaved);
  return present({ client, orderId: record.orderId, paymentId, nativeOtp, nativeOtpFrom, challengeUrl, order });
}

export interface ResumePaymentInput {
  orderId: string;
  /** @default the payment that has the money, else the newest */
  paymentId?: string;
}

async function find(
  { ledger }: Parts,
  { orderId, paymentId }: ResumePaymentInput,
): Promise<[key: string, record: OrderRecord, entry: PaymentEntry] | undefined> {
  const key = await ledger.keyOf(orderId);
  const record = await ledger.read(key);
  const entry = paymentId === undefined ? record && leadingEntry(record) : entryOf(record, paymentId);
  return record && entry && [key, record, entry];
}

/** A payment's step anew, from the record alone. Throws `STORE_FAILED`. */
export async function resumePayment(parts: Parts, input: ResumePaymentInput): Promise<StartedPayment | undefined> {
  const found = await find(parts, input);
  return found && startedFrom(parts, ...found);
}

/** The payment a reference stands for. */
export interface OpenedReference extends ReturnedPayment {
  client: StartedPayment['client'];
}

/** Finds a payment by the reference its customer has, also as typed or read out. Throws `STORE_FAILED`. */
export async function openReference(parts: Parts, text: string): Promise<OpenedReference | undefined> {
  const reference = readReference(text);
  const target = reference === undefined ? undefined : await parts.ledger.findReference(reference);
  const found = target && (await find(parts, target));
  if (!found) return undefined;
  const client = await clientOf(parts, ...found);
  const [, { orderId, merchantOrderReference }, { paymentId }] = found;
  return { orderId, merchantOrderReference, paymentId, phase: client.view.phase, client };
}
