/** The OTP routes, generate, submit and resend: reserved first, sent once, outcome recorded. */

import { isPluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import {
  beginAction,
  callTimeoutMs,
  completeAction,
  recordRejectedOtp,
  type CallOutcome,
  type FollowUp,
} from '../payment/otp-action.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import type { HandlerContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { findEntry, type OtpAction, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';
import type { Session } from '../session/sealed-session.ts';
import { withAbortTimeout } from '../lib/timeout.ts';
import { renderView, requireEntry, loadOrRestore } from './session-payment.ts';

/** An OTP action of the customer. */
export interface OtpActionRequest {
  action: OtpAction;
  /** Idempotency key: unique to this action, and the same when its request is repeated. */
  idempotencyKey: string;
  /** Only with `submit`; passed on to Plural and stored nowhere. */
  otp?: string;
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
 * not allow, returns the view from the record.
 *
 * @throws {PluralError} `STORE_FAILED`, with nothing sent.
 */
export async function performOtpAction(
  context: HandlerContext,
  session: Session,
  request: OtpActionRequest,
): Promise<PaymentView> {
  const { repository, now, settings } = context;
  const { key, paymentId } = session;
  const { action, idempotencyKey } = request;
  if (now() > session.activeUntilMs) {
    return renderView(context, session, await loadOrRestore(context, session));
  }
  if (session.unsaved) await loadOrRestore(context, session);
  let problem: Problem | undefined;
  const { record, result: wasShown } = await repository.update(key, (draft) => {
    const entry = requireEntry(draft, paymentId);
    const { shown = false } = entry;
    const begun = beginAction(entry, action, idempotencyKey, now(), settings.limits);
    ({ problem } = begun);
    if (!begun.send) return undefined;
    entry.shown = true;
    scheduleCheck(draft, now());
    return shown;
  });
  const reserved = requireEntry(record, paymentId);
  if (!record || wasShown === undefined) return renderView(context, session, record, problem);
  if (!wasShown) context.emit('shown', reserved);
  if (action === 'submit') context.emit('submitted', reserved);

  const outcome = await callPlural(context, paymentId, request);
  if ('error' in outcome && !isIssuerRejection(outcome.error)) context.reportError(outcome.error, reserved);
  const { record: after, followUp } = await recordOutcome(context, session, record, request, outcome);
  emitOutcome(context, requireEntry(after, paymentId), action, outcome);
  if (followUp === 'nothing') return renderView(context, session, after);
  return renderView(context, session, await readOrder(context, session, after, followUp));
}

async function callPlural(
  { plural, timers }: HandlerContext,
  paymentId: string,
  { action, otp = '' }: OtpActionRequest,
): Promise<CallOutcome> {
  try {
    return {
      response: await withAbortTimeout(timers, callTimeoutMs[action], async (signal) => {
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
  { key, paymentId }: Session,
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
    repository.update(key, (draft) =>
      findEntry(draft, paymentId)?.inFlight?.idempotencyKey === idempotencyKey ? apply(draft) : undefined,
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
function emitOutcome({ emit }: HandlerContext, entry: PaymentEntry, action: OtpAction, outcome: CallOutcome): void {
  if ('response' in outcome) {
    if (action !== 'submit') emit(action === 'generate' ? 'otpSent' : 'resent', entry);
    return;
  }
  const code = isPluralError(outcome.error) ? outcome.error.code : undefined;
  if (action === 'submit' && (code === 'OTP_NOT_ACCEPTED' || code === 'ATTEMPTS_USED')) emit('refused', entry);
}

/** Reconciles the order where Plural's response left the outcome open. A failed read leaves it open. */
async function readOrder(
  context: HandlerContext,
  { key, paymentId }: Session,
  record: OrderRecord | undefined,
  followUp: FollowUp,
): Promise<OrderRecord | undefined> {
  try {
    const reconciliation = await reconcileOrder(context, key, 'submit');
    if (followUp !== 'rejectIfOpen' || !reconciliation) return reconciliation?.record ?? record;
    const { record: after, result: rejected } = await context.repository.update(key, (draft) => {
      const entry = findEntry(draft, paymentId);
      if (entry?.unconfirmedSubmit?.accepted !== false || entry.inFlight) return undefined;
      if (entry.verdict || entry.holdReason || entry.superseded) return undefined;
      recordRejectedOtp(entry);
      return true;
    });
    if (rejected) context.emit('refused', requireEntry(after, paymentId));
    return after;
  } catch (error) {
    context.reportError(error);
    return record;
  }
}
