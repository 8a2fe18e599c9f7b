/** OTP actions, generate, submit and resend: reserved first, sent once, outcome recorded. */

import { isPluralError } from '@plural-otp/core';
import type { EntryNote, Problem } from '@plural-otp/flow/contract';
import type { HandlerContext, PaymentContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { TIMED_OUT, withAbortTimeout } from '../lib/timeout.ts';
import { findEntry, requireEntry, type OrderRecord, type OtpAction } from '../payment/order-record.ts';
import {
  beginAction,
  callTimeoutMs,
  completeAction,
  recordRejectedOtp,
  type CallOutcome,
  type FollowUp,
} from '../payment/otp-action.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import { reconcileWithin } from './reconcile-order.ts';

/** An OTP action of the customer. */
export interface OtpActionRequest {
  action: OtpAction;
  /** Idempotency key: unique to this action, and the same when its request is repeated. */
  idempotencyKey: string;
  /** Only with `submit`; passed on to Plural and stored nowhere. */
  otp?: string;
  /** Note of the page; only with `submit`, and only emitted. */
  entry?: EntryNote | undefined;
}

/** The payment of an action. */
export interface ActionTarget {
  /** Key of the order's record. */
  key: string;
  paymentId: string;
}

/** Record after an action, and the problem of one that was not sent. */
export interface OtpActionResult {
  record: OrderRecord | undefined;
  problem?: Problem | undefined;
}

// Issuer rejections are expected outcomes, not problems to report.
const issuerRejections: ReadonlySet<string> = new Set([
  'OTP_NOT_ACCEPTED',
  'ATTEMPTS_USED',
  'RESEND_TOO_EARLY',
  'RESEND_LIMIT',
]);
const isIssuerRejection = (error: unknown): boolean => isPluralError(error) && issuerRejections.has(error.code);

/**
 * Performs an OTP action at most once: reserved in the record before the upstream call, so that a repeated or
 * concurrent request cannot submit an OTP or send an SMS twice. A known idempotency key, and an action the phase does
 * not allow, sends nothing.
 *
 * @param known - The record, just read.
 * @param isShown - True when the customer's page sent the request, which is then on their screen.
 * @throws {PluralError} `STORE_FAILED`, with nothing sent.
 */
export async function sendOtpAction(
  context: HandlerContext,
  target: ActionTarget,
  request: OtpActionRequest,
  known: OrderRecord | undefined,
  isShown: boolean,
): Promise<OtpActionResult> {
  const { repository, now, settings } = context;
  const { key, paymentId } = target;
  const { action, idempotencyKey } = request;
  let problem: Problem | undefined;
  const { record, result: wasShown } = await repository.update(
    key,
    (draft) => {
      const entry = requireEntry(draft, paymentId);
      const { shown = false } = entry;
      const begun = beginAction(entry, action, idempotencyKey, now(), settings.limits);
      ({ problem } = begun);
      if (!begun.send) return undefined;
      if (isShown) entry.shown = true;
      scheduleCheck(draft, now());
      return shown;
    },
    { known },
  );
  const reserved = requireEntry(record, paymentId);
  if (!record || wasShown === undefined) return { record, problem };
  const begun = { key, record, entry: reserved };
  const nth = reserved[`${action}s`];
  if (isShown && !wasShown) context.emit('shown', begun);
  if (action === 'submit') context.emit('submitted', begun, { nth, entry: request.entry });

  const outcome = await callPlural(context, paymentId, request);
  if ('error' in outcome && !isIssuerRejection(outcome.error)) context.reportError(outcome.error, reserved);
  const { record: after, followUp } = await recordOutcome(context, target, record, request, outcome);
  emitOutcome(context, { key, record: after, entry: requireEntry(after, paymentId) }, action, outcome, nth);
  return { record: followUp === 'nothing' ? after : await readOrder(context, target, after, followUp) };
}

async function callPlural(
  { plural, settings, timers }: HandlerContext,
  paymentId: string,
  { action, otp = '' }: OtpActionRequest,
): Promise<CallOutcome> {
  try {
    return {
      response: await withAbortTimeout(timers, callTimeoutMs(action, settings.limits), async (signal) => {
        if (action !== 'submit') return plural[`${action}Otp`](paymentId, { signal });
        await plural.submitOtp(paymentId, otp, { signal });
        return undefined;
      }),
    };
  } catch (error) {
    return { error };
  }
}

/** Delay of the one retry of a save that follows an upstream call: what Plural did cannot be undone. */
const recordRetryDelayMs = 500;

/** Records the outcome of an action. When the store fails now, the response still shows the outcome. */
async function recordOutcome(
  { repository, now, timers, reportError }: HandlerContext,
  { key, paymentId }: ActionTarget,
  reserved: OrderRecord,
  { action, idempotencyKey }: OtpActionRequest,
  outcome: CallOutcome,
): Promise<{ record: OrderRecord | undefined; followUp: FollowUp }> {
  const apply = (draft: OrderRecord): FollowUp => {
    const entry = requireEntry(draft, paymentId);
    const followUp = completeAction(entry, action, idempotencyKey, outcome, now());
    // After a submit the order is read at once: for the page, and by the sweep when the page is gone.
    if (entry.unconfirmedSubmit) draft.orderReadAtMs = undefined;
    scheduleCheck(draft, now(), entry.unconfirmedSubmit ? 0 : undefined);
    return followUp;
  };
  const write = (): ReturnType<typeof repository.update<FollowUp>> =>
    repository.update(
      key,
      (draft) => (findEntry(draft, paymentId)?.inFlight?.idempotencyKey === idempotencyKey ? apply(draft) : undefined),
      { known: reserved },
    );
  try {
    const { record, result: followUp = 'nothing' } = await write().catch(async (error: unknown) => {
      if (!isStoreFailure(error)) throw error;
      await timers.sleep(recordRetryDelayMs);
      return write();
    });
    return { record, followUp };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportError(error);
    return { record: reserved, followUp: apply(reserved) === 'nothing' ? 'nothing' : 'readOrder' };
  }
}

/** Emits the outcome of an action. */
function emitOutcome(
  { emit }: HandlerContext,
  payment: PaymentContext,
  action: OtpAction,
  outcome: CallOutcome,
  nth: number,
): void {
  if ('response' in outcome) return emit(successEvents[action], payment, { nth });
  const code = isPluralError(outcome.error) ? outcome.error.code : 'INTERNAL';
  if (action !== 'submit') emit('otpNotSent', payment, { nth, code });
  else if (code === 'OTP_NOT_ACCEPTED' || code === 'ATTEMPTS_USED') emitRefused(emit, payment);
}

const successEvents = { generate: 'otpSent', resend: 'resent', submit: 'accepted' } as const;

const emitRefused = (emit: HandlerContext['emit'], payment: PaymentContext): void =>
  emit('refused', payment, { nth: payment.entry.misses });

/** Reconciles the order where Plural's response left the outcome open. A failed read leaves it open. */
async function readOrder(
  context: HandlerContext,
  { key, paymentId }: ActionTarget,
  record: OrderRecord | undefined,
  followUp: FollowUp,
): Promise<OrderRecord | undefined> {
  const entry = findEntry(record, paymentId);
  const reconciliation = await reconcileWithin(context, key, 'submit', { entry, known: record });
  if (!reconciliation || reconciliation === TIMED_OUT) return record;
  if (followUp !== 'rejectIfOpen') return reconciliation.record;
  try {
    const { record: after, result: rejected } = await context.repository.update(
      key,
      (draft) => {
        const current = findEntry(draft, paymentId);
        if (current?.unconfirmedSubmit?.accepted !== false || current.inFlight) return undefined;
        if (current.verdict || current.holdReason || current.superseded) return undefined;
        recordRejectedOtp(current);
        return true;
      },
      { known: reconciliation.record },
    );
    if (rejected) emitRefused(context.emit, { key, record: after, entry: requireEntry(after, paymentId) });
    return after;
  } catch (error) {
    context.reportError(error);
    return reconciliation.record;
  }
}
