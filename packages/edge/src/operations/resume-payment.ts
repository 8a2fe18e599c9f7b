/**
 * `resumePayment` and `openReference`: a new session for a payment that was started before. Neither sends anything to
 * Plural.
 */

import type { Order } from '@plural-otp/core';
import type { PaymentView } from '@plural-otp/flow/contract';
import type { HandlerContext } from '../context.ts';
import { findEntry, findLeadingEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { parseReference } from '../payment/support-reference.ts';
import type { Session } from '../session/sealed-session.ts';
import type { ReturnedPayment } from '../options.ts';
import type { StartedPayment } from './started-payment.ts';
import { toPaymentView } from '../payment/payment-view.ts';

const minuteMs = 60_000;
const readMs = 24 * 60 * minuteMs;

/** Issues a new session and the current view, for the browser. */
async function issueClientSession(
  context: HandlerContext,
  key: string,
  record: OrderRecord,
  entry: PaymentEntry,
  { readOnly }: Pick<Session, 'readOnly'> = {},
): Promise<{ session: string; view: PaymentView }> {
  const { paymentId, reference, startedAtMs } = entry;
  const { limits } = context.settings;
  const nowMs = context.now();
  const renewUntilMs = startedAtMs + limits.maxMinutes * minuteMs;
  const activeUntilMs = Math.min(nowMs + limits.activeMinutes * minuteMs, renewUntilMs);
  const session = await context.sealer.seal(
    omitUndefined({
      orderId: record.orderId,
      paymentId,
      key,
      reference,
      challengeUrl: readOnly ? undefined : entry.challengeUrl,
      activeUntilMs,
      renewUntilMs,
      readUntilMs: nowMs + readMs,
      readOnly,
    }),
  );
  return { session, view: toPaymentView(record, entry, nowMs, limits, { expired: nowMs > activeUntilMs, readOnly }) };
}

/** Builds the result of `startPayment` and `resumePayment`. */
export async function toStartedPayment(
  context: HandlerContext,
  key: string,
  record: OrderRecord,
  entry: PaymentEntry,
  order?: Order,
): Promise<StartedPayment> {
  const { paymentId, nativeOtp, nativeOtpFrom, challengeUrl } = entry;
  const client = await issueClientSession(context, key, record, entry);
  return omitUndefined({ client, orderId: record.orderId, paymentId, nativeOtp, nativeOtpFrom, challengeUrl, order });
}

/** Input of `resumePayment`. */
export interface ResumePaymentInput {
  orderId: string;
  /** @default the payment that has the money, else the newest */
  paymentId?: string;
}

async function findPayment(
  { repository }: HandlerContext,
  { orderId, paymentId }: ResumePaymentInput,
): Promise<[key: string, record: OrderRecord, entry: PaymentEntry] | undefined> {
  const key = await repository.getKey(orderId);
  const record = await repository.read(key);
  const entry = paymentId === undefined ? record && findLeadingEntry(record) : findEntry(record, paymentId);
  return record && entry && [key, record, entry];
}

/**
 * Returns the step of a payment with a new session, from the record alone.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function resumePayment(
  context: HandlerContext,
  input: ResumePaymentInput,
): Promise<StartedPayment | undefined> {
  const found = await findPayment(context, input);
  return found && toStartedPayment(context, ...found);
}

/** The payment a reference stands for. Its session shows the payment and cannot act on it. */
export interface OpenedReference extends ReturnedPayment {
  client: StartedPayment['client'];
}

/**
 * Finds a payment by the reference its customer has, also as typed or read out. Whoever knows the reference may be
 * somebody else, so its session is read-only.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function openReference(context: HandlerContext, input: string): Promise<OpenedReference | undefined> {
  const reference = parseReference(input);
  const target = reference === undefined ? undefined : await context.repository.findReference(reference);
  const found = target && (await findPayment(context, target));
  if (!found) return undefined;
  const client = await issueClientSession(context, ...found, { readOnly: true });
  const [, { orderId, merchantOrderReference }, { paymentId }] = found;
  return { orderId, merchantOrderReference, paymentId, phase: client.view.phase, client };
}
