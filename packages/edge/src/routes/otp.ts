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
import {
  findEntry,
  scheduleCheck,
  type OtpAction,
  type OrderRecord,
  type PaymentEntry,
} from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';
import type { Session } from '../session/sealed-session.ts';
import { withAbortTimeout } from '../lib/timeout.ts';
import { renderView, requireEntry, loadOrRestore } from './session-payment.ts';

/** What the customer did. */
export interface OtpActionRequest {
  action: OtpAction;
  /** The id of this one deed. */
  idempotencyKey: string;
  /** Only with `submit`; passed on to Plural and kept nowhere. */
  otp?: string;
}

// What a bank says to its customer is nothing the merchant's developers could mend.
const issuerRejections: ReadonlySet<string> = new Set([
  'OTP_NOT_ACCEPTED',
  'ATTEMPTS_USED',
  'RESEND_TOO_EARLY',
  'RESEND_LIMIT',
]);
const isIssuerRejection = (error: unknown): boolean => isPluralError(error) && issuerRejections.has(error.code);

/**
 * Does one deed of the customer: written down first, sent once, its end written down. A known act, and one that is
 * out of place, is answered from the record. Throws `STORE_FAILED` with nothing sent.
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

/** What Plural did cannot be undone, so a store that failed for a moment is asked once more. */
const recordRetryDelayMs = 500;

/** Writes the end of a deed down. If the store fails now, the customer is told what is true all the same. */
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
    // A code that is out is worth a look at once: for the page, and by the sweep if the page is gone.
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

function emitOutcome({ emit }: HandlerContext, entry: PaymentEntry, action: OtpAction, outcome: CallOutcome): void {
  if ('response' in outcome) {
    if (action !== 'submit') emit(action === 'generate' ? 'otpSent' : 'resent', entry);
    return;
  }
  const code = isPluralError(outcome.error) ? outcome.error.code : undefined;
  if (action === 'submit' && (code === 'OTP_NOT_ACCEPTED' || code === 'ATTEMPTS_USED')) emit('refused', entry);
}

/** Reads the order where Plural's answer left something open. A failure to read leaves it open. */
async function readOrder(
  context: HandlerContext,
  { key, paymentId }: Session,
  record: OrderRecord | undefined,
  followUp: FollowUp,
): Promise<OrderRecord | undefined> {
  try {
    const reconciliation = await reconcileOrder(context, key, 'submit');
    if (followUp !== 'rejectIfOpen' || !reconciliation) return reconciliation?.saveStartedPayment ?? record;
    const { record: after, result: refused } = await context.repository.update(key, (draft) => {
      const entry = findEntry(draft, paymentId);
      if (entry?.unconfirmedSubmit?.accepted !== false || entry.inFlight) return undefined;
      if (entry.verdict || entry.holdReason || entry.superseded) return undefined;
      recordRejectedOtp(entry);
      return true;
    });
    if (refused) context.emit('refused', requireEntry(after, paymentId));
    return after;
  } catch (error) {
    context.reportError(error);
    return record;
  }
}
