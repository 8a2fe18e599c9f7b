import { isPluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { admit, conclude, type Ending, type Remainder } from '../payment/otp-action.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import type { Parts } from '../context.ts';
import { entryOf, watch, type OtpAction, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { settleRecord } from '../reconciliation/reconcile-order.ts';
import type { Session } from '../session/sealed-session.ts';
import { callLimitMs, refuseCode } from '../payment/phase.ts';
import { limited } from '../lib/timeout.ts';
import { answerView, expectEntry, recover } from './session-payment.ts';

/** What the customer did. */
export interface Act {
  deed: OtpAction;
  /** The id of this one deed. */
  idempotencyKey: string;
  /** Only with `submit`; passed on to Plural and kept nowhere. */
  otp?: string;
}

// What a bank says to its customer is nothing the merchant's developers could mend.
const bankAnswers: ReadonlySet<string> = new Set([
  'OTP_NOT_ACCEPTED',
  'ATTEMPTS_USED',
  'RESEND_TOO_EARLY',
  'RESEND_LIMIT',
]);
const isBankAnswer = (error: unknown): boolean => isPluralError(error) && bankAnswers.has(error.code);

/**
 * Does one deed of the customer: written down first, sent once, its end written down. A known act, and one that is
 * out of place, is answered from the record. Throws `STORE_FAILED` with nothing sent.
 */
export async function performAct(parts: Parts, session: Session, request: Act): Promise<PaymentView> {
  const { ledger, now, settings } = parts;
  const { key, paymentId } = session;
  const { deed, idempotencyKey } = request;
  if (now() > session.actUntilMs) {
    return answerView(parts, session, await recover(parts, session));
  }
  if (session.unsaved) await recover(parts, session);
  let problem: Problem | undefined;
  const { record, result: wasShown } = await ledger.change(key, (draft) => {
    const entry = expectEntry(draft, paymentId);
    const { shown = false } = entry;
    const admission = admit(entry, deed, idempotencyKey, now(), settings.limits);
    ({ problem } = admission);
    if (!admission.send) return undefined;
    entry.shown = true;
    watch(draft, now());
    return shown;
  });
  const reserved = expectEntry(record, paymentId);
  if (!record || wasShown === undefined) return answerView(parts, session, record, problem);
  if (!wasShown) parts.emit('shown', reserved);
  if (deed === 'submit') parts.emit('submitted', reserved);

  const ending = await send(parts, paymentId, request);
  if ('error' in ending && !isBankAnswer(ending.error)) parts.reportError(ending.error, reserved);
  const { record: after, remainder } = await recordEnding(parts, session, record, request, ending);
  tellEnding(parts, expectEntry(after, paymentId), deed, ending);
  if (remainder === 'nothing') return answerView(parts, session, after);
  return answerView(parts, session, await readOrder(parts, session, after, remainder));
}

async function send({ plural, wait }: Parts, paymentId: string, { deed, otp = '' }: Act): Promise<Ending> {
  try {
    return {
      answer: await limited(wait, callLimitMs[deed], async (signal) => {
        if (deed !== 'submit') return plural[`${deed}Otp`](paymentId, { signal });
        await plural.submitOtp(paymentId, otp, { signal });
        return undefined;
      }),
    };
  } catch (error) {
    return { error };
  }
}

/** What Plural did cannot be undone, so a store that failed for a moment is asked once more. */
const recordAgainMs = 500;

/** Writes the end of a deed down. If the store fails now, the customer is told what is true all the same. */
async function recordEnding(
  { ledger, now, wait, reportError }: Parts,
  { key, paymentId }: Session,
  reserved: OrderRecord,
  { deed, idempotencyKey }: Act,
  ending: Ending,
): Promise<{ record: OrderRecord | undefined; remainder: Remainder }> {
  const apply = (draft: OrderRecord): Remainder => {
    const entry = expectEntry(draft, paymentId);
    const remainder = conclude(entry, deed, idempotencyKey, ending, now());
    // A code that is out is worth a look at once: for the page, and by the sweep if the page is gone.
    if (entry.unconfirmedSubmit) draft.orderReadAtMs = undefined;
    watch(draft, now(), entry.unconfirmedSubmit ? 0 : undefined);
    return remainder;
  };
  const write = (): ReturnType<typeof ledger.change<Remainder>> =>
    ledger.change(key, (draft) =>
      entryOf(draft, paymentId)?.inFlight?.idempotencyKey === idempotencyKey ? apply(draft) : undefined,
    );
  try {
    const { record, result: remainder = 'nothing' } = await write().catch(async (error: unknown) => {
      if (!isStoreFailure(error)) throw error;
      await wait(recordAgainMs);
      return write();
    });
    return { record, remainder };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportError(error);
    return { record: reserved, remainder: apply(reserved) === 'nothing' ? 'nothing' : 'readOrder' };
  }
}

function tellEnding({ emit }: Parts, entry: PaymentEntry, deed: OtpAction, ending: Ending): void {
  if ('answer' in ending) {
    if (deed !== 'submit') emit(deed === 'generate' ? 'otpSent' : 'resent', entry);
    return;
  }
  const code = isPluralError(ending.error) ? ending.error.code : undefined;
  if (deed === 'submit' && (code === 'OTP_NOT_ACCEPTED' || code === 'ATTEMPTS_USED')) emit('refused', entry);
}

/** Reads the order where Plural's answer left something open. A failure to read leaves it open. */
async function readOrder(
  parts: Parts,
  { key, paymentId }: Session,
  record: OrderRecord | undefined,
  remainder: Remainder,
): Promise<OrderRecord | undefined> {
  try {
    const settled = await settleRecord(parts, key, 'submit');
    if (remainder !== 'refuseIfOpen' || !settled) return settled?.record ?? record;
    const { record: after, result: refused } = await parts.ledger.change(key, (draft) => {
      const entry = entryOf(draft, paymentId);
      if (entry?.unconfirmedSubmit?.accepted !== false || entry.inFlight) return undefined;
      if (entry.verdict || entry.holdReason || entry.superseded) return undefined;
      refuseCode(entry);
      return true;
    });
    if (refused) parts.emit('refused', expectEntry(after, paymentId));
    return after;
  } catch (error) {
    parts.reportError(error);
    return record;
  }
}
