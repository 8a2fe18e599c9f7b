/** The OTP routes, generate, submit and resend. */

import type { PaymentView } from '@plural-otp/flow/contract';
import type { HandlerContext } from '../context.ts';
import { sendOtpAction, type OtpActionRequest } from '../reconciliation/send-otp-action.ts';
import type { Session } from '../session/sealed-session.ts';
import { getRefusal, loadRecord, renderView } from './session-payment.ts';

/**
 * Performs an OTP action of a session's payment at most once. A session that is read-only or no longer active, a known
 * idempotency key, and an action the phase does not allow, return the view from the record.
 *
 * @throws {PluralError} `STORE_FAILED`, with nothing sent.
 */
export async function performOtpAction(
  context: HandlerContext,
  session: Session,
  request: OtpActionRequest,
): Promise<PaymentView> {
  const known = await loadRecord(context, session);
  const refusal = getRefusal(context, session);
  if (refusal) return renderView(context, session, known, refusal);
  const { record, problem } = await sendOtpAction(context, session, request, known, true);
  return renderView(context, session, record, problem);
}
