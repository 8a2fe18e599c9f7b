/** The issuer's OTPs: sent by text message, and verified. The API and the ACS page share them. */
import { guideOtp, rightOtp } from '../scenarios/credentials.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { appendHistory, type SandboxContext, setOrderStatus } from '../state/context.ts';
import { scheduleEvent } from '../state/due-events.ts';
import { nextNumber, type OrderRecord, type PaymentRecord, type PhoneMessage, pushBounded } from '../state/state.ts';
import { decidePayment, failPayment, isOrderOpen } from './decide-payment.ts';

/** Sends an OTP to the customer's phone. */
export function sendOtp(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  requestedBy: PhoneMessage['requestedBy'],
): void {
  const { behaviour, issuer } = findScenario(payment.scenarioId);
  const first = payment.otp.sentCount === 0;
  payment.otp.sentCount += 1;
  payment.otp.sentAtMs = context.nowMs;
  // As banks in India write it: the amount with "Rs", the merchant in capitals.
  const unit = payment.amount.currency === 'INR' ? 'Rs' : payment.amount.currency;
  const amount = `${unit} ${(payment.chargedValue / 100).toFixed(2)}`;
  const merchant = context.settings.merchantName.toUpperCase();
  pushBounded(
    context.state.messages,
    {
      number: nextNumber(context.state.messages),
      at: new Date(context.nowMs).toISOString(),
      paymentId: payment.id,
      orderId: order.id,
      requestedBy,
      otp: rightOtp,
      text: `${rightOtp} is your OTP for ${amount} at ${merchant} on ${issuer} card xx${payment.lastDigits}. Do not share it with anyone.`,
      arrived: requestedBy === 'acsPage' || behaviour.smsLost !== true,
    },
    1000,
  );
  const source = requestedBy === 'api' ? 'the API' : "the bank's page";
  appendHistory(context, order, `OTP ${payment.otp.sentCount} for ${payment.id} sent by ${source}`);
  if (first && behaviour.orderFailsAfterSeconds !== undefined)
    scheduleEvent(context.state, {
      atMs: context.nowMs + behaviour.orderFailsAfterSeconds * 1000,
      kind: 'expire',
      paymentId: payment.id,
    });
}

/** Results of an OTP check. `attemptsExhausted` is the last wrong one. */
export type OtpResult = 'accepted' | 'wrong' | 'expired' | 'attemptsExhausted';

/** Verifies an OTP. A wrong one moves the order to ATTEMPTED; the last wrong one ends the payment. */
export function verifyOtp(context: SandboxContext, order: OrderRecord, payment: PaymentRecord, otp: string): OtpResult {
  const { behaviour } = findScenario(payment.scenarioId);
  const right = otp === rightOtp || (context.settings.lenient && otp === guideOtp);
  if (!right) return rejectWrongOtp(context, order, payment);
  const sentAtMs = payment.otp.sentAtMs ?? 0;
  const tooOld = context.nowMs - sentAtMs >= context.settings.otpLifeSeconds * 1000;
  if (tooOld || (behaviour.firstOtpExpired === true && payment.otp.sentCount === 1)) {
    appendHistory(context, order, `expired OTP for ${payment.id}`);
    markOrderAttempted(context, order);
    return 'expired';
  }
  payment.authenticated = true;
  appendHistory(context, order, `right OTP for ${payment.id}`);
  // The developer decides, on the control page.
  if (payment.held === true) return 'accepted';
  if (behaviour.decisionDelaySeconds === undefined) decidePayment(context, order, payment);
  else
    scheduleEvent(context.state, {
      atMs: context.nowMs + behaviour.decisionDelaySeconds * 1000,
      kind: 'decide',
      paymentId: payment.id,
    });
  return 'accepted';
}

function rejectWrongOtp(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
): 'wrong' | 'attemptsExhausted' {
  const { behaviour } = findScenario(payment.scenarioId);
  payment.otp.wrongCount += 1;
  appendHistory(context, order, `wrong OTP ${payment.otp.wrongCount} for ${payment.id}`);
  if (payment.otp.wrongCount < (behaviour.otpAttempts ?? context.settings.otpAttempts)) {
    markOrderAttempted(context, order);
    return 'wrong';
  }
  const error = { code: 'USER_AUTHENTICATION_FAILED', message: 'Too many wrong OTPs' };
  failPayment(context, order, payment, error, context.settings.orderAfterLastOtp);
  return 'attemptsExhausted';
}

function markOrderAttempted(context: SandboxContext, order: OrderRecord): void {
  if (isOrderOpen(order)) setOrderStatus(context, order, 'ATTEMPTED');
}
