import { type Answer, ok, refusal } from './response.ts';
import { checkCode, sendCode } from '../issuer/otp-challenge.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { findPayment, type World } from '../state/context.ts';

const goOn = ['SUBMIT_OTP', 'RESEND_OTP'];
const ended = ['NONE'];

interface Found {
  readonly order: OrderRecord;
  readonly payment: PaymentRecord;
}

/** Has the bank send the first code. A repeat sends a newer one. */
export function generateOtp(world: World, body: { readonly payment_id: string }): Answer {
  return forOpenPayment(world, body.payment_id, ({ order, payment }) => {
    const { behaviour } = scenarioById(payment.scenarioId);
    if (!payment.nativeOtp || behaviour.refusesGenerate === true)
      return refusal(422, 'OPERATION_NOT_ALLOWED', 'This payment is not eligible for native OTP');
    sendCode(world, order, payment, 'api');
    return ok({ next: goOn, meta_data: resendAfter(payment) });
  });
}

export function submitOtp(world: World, body: { readonly payment_id: string; readonly otp: string }): Answer {
  return forOpenPayment(world, body.payment_id, ({ order, payment }) => {
    if (payment.otp.sent === 0) return refusal(422, 'OPERATION_NOT_ALLOWED', 'No OTP was generated for this payment');
    const result = checkCode(world, order, payment, body.otp);
    const again = { next: goOn, meta_data: resendAfter(payment) };
    switch (result) {
      case 'accepted':
        return {
          ...ok({ status: 'SUCCESS' }),
          lost: scenarioById(payment.scenarioId).behaviour.losesSubmitAnswer === true,
        };
      case 'attemptsUsed':
        return refusal(422, 'USER_AUTHENTICATION_FAILED', 'Too many wrong OTPs; start a new payment', { next: ended });
      case 'expired':
        return refusal(422, 'USER_AUTHENTICATION_FAILED', 'The OTP has expired', again);
      default:
        return refusal(422, 'USER_AUTHENTICATION_FAILED', 'The OTP is not correct', again);
    }
  });
}

export function resendOtp(world: World, body: { readonly payment_id: string }): Answer {
  return forOpenPayment(world, body.payment_id, ({ order, payment }) => {
    const { otp } = payment;
    const { behaviour } = scenarioById(payment.scenarioId);
    if (otp.sent === 0 || otp.sentAtMs === undefined)
      return refusal(422, 'OPERATION_NOT_ALLOWED', 'No OTP was generated for this payment');
    if (otp.resent >= (behaviour.otpResends ?? world.settings.otpResends))
      return refusal(422, 'OPERATION_NOT_ALLOWED', 'No further OTP can be sent for this payment', {
        next: ['SUBMIT_OTP'],
      });
    if (world.nowMs < otp.sentAtMs + behaviour.resendAfterSeconds * 1000)
      return refusal(422, 'OPERATION_NOT_ALLOWED', 'It is too early to send another OTP', { next: goOn });
    otp.resent += 1;
    sendCode(world, order, payment, 'api');
    return ok({ status: 'SUCCESS', next: goOn, meta_data: resendAfter(payment) });
  });
}

function resendAfter(payment: PaymentRecord): { readonly resend_after: string } {
  return { resend_after: String(scenarioById(payment.scenarioId).behaviour.resendAfterSeconds) };
}

/** An unknown payment is not eligible; one that is decided, or whose code was accepted, has no next step. */
function forOpenPayment(world: World, paymentId: string, act: (found: Found) => Answer): Answer {
  const found = findPayment(world.state, paymentId);
  if (found === null)
    return refusal(422, 'INVALID_REQUEST', 'There is no payment with this payment_id', {
      additional_error_details: { source: 'payment_id', reason: 'unknown' },
    });
  const delayMs = scenarioById(found.payment.scenarioId).behaviour.otpCallMs ?? 0;
  const open = found.payment.status === 'PENDING' && !found.payment.authenticated && found.order.status !== 'FAILED';
  const answer = open
    ? act(found)
    : refusal(422, 'OPERATION_NOT_ALLOWED', `The payment is ${found.payment.status} and takes no OTP`, { next: ended });
  return { ...answer, delayMs };
}
