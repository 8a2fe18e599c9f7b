import { type ApiResponse, ok, errorResponse } from './response.ts';
import { verifyOtp, sendOtp } from '../issuer/otp-challenge.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { findPayment, type SandboxContext } from '../state/context.ts';

const submitOrResend = ['SUBMIT_OTP', 'RESEND_OTP'];
const noNextStep = ['NONE'];

interface FoundPayment {
  readonly order: OrderRecord;
  readonly payment: PaymentRecord;
}

/** Has the bank send the first code. A repeat sends a newer one. */
export function generateOtp(context: SandboxContext, body: { readonly payment_id: string }): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    const { behaviour } = scenarioById(payment.scenarioId);
    if (!payment.nativeOtp || behaviour.rejectsGenerate === true)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'This payment is not eligible for native OTP');
    sendOtp(context, order, payment, 'api');
    return ok({ next: submitOrResend, meta_data: resendMetaData(payment) });
  });
}

export function submitOtp(
  context: SandboxContext,
  body: { readonly payment_id: string; readonly otp: string },
): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    if (payment.otp.sentCount === 0)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'No OTP was generated for this payment');
    const result = verifyOtp(context, order, payment, body.otp);
    const retryable = { next: submitOrResend, meta_data: resendMetaData(payment) };
    switch (result) {
      case 'accepted':
        return {
          ...ok({ status: 'SUCCESS' }),
          connectionLost: scenarioById(payment.scenarioId).behaviour.losesSubmitResponse === true,
        };
      case 'attemptsExhausted':
        return errorResponse(422, 'USER_AUTHENTICATION_FAILED', 'Too many wrong OTPs; start a new payment', {
          next: noNextStep,
        });
      case 'expired':
        return errorResponse(422, 'USER_AUTHENTICATION_FAILED', 'The OTP has expired', retryable);
      default:
        return errorResponse(422, 'USER_AUTHENTICATION_FAILED', 'The OTP is not correct', retryable);
    }
  });
}

export function resendOtp(context: SandboxContext, body: { readonly payment_id: string }): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    const { otp } = payment;
    const { behaviour } = scenarioById(payment.scenarioId);
    if (otp.sentCount === 0 || otp.sentAtMs === undefined)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'No OTP was generated for this payment');
    if (otp.resendCount >= (behaviour.otpResends ?? context.settings.otpResends))
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'No further OTP can be sent for this payment', {
        next: ['SUBMIT_OTP'],
      });
    if (context.nowMs < otp.sentAtMs + behaviour.resendAfterSeconds * 1000)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'It is too early to send another OTP', {
        next: submitOrResend,
      });
    otp.resendCount += 1;
    sendOtp(context, order, payment, 'api');
    return ok({ status: 'SUCCESS', next: submitOrResend, meta_data: resendMetaData(payment) });
  });
}

function resendMetaData(payment: PaymentRecord): { readonly resend_after: string } {
  return { resend_after: String(scenarioById(payment.scenarioId).behaviour.resendAfterSeconds) };
}

/** An unknown payment is not eligible; one that is decided, or whose code was accepted, has no next step. */
function withOpenPayment(
  context: SandboxContext,
  paymentId: string,
  handle: (found: FoundPayment) => ApiResponse,
): ApiResponse {
  const found = findPayment(context.state, paymentId);
  if (found === null)
    return errorResponse(422, 'INVALID_REQUEST', 'There is no payment with this payment_id', {
      additional_error_details: { source: 'payment_id', reason: 'unknown' },
    });
  const delayMs = scenarioById(found.payment.scenarioId).behaviour.otpCallDelayMs ?? 0;
  const open = found.payment.status === 'PENDING' && !found.payment.authenticated && found.order.status !== 'FAILED';
  const response = open
    ? handle(found)
    : errorResponse(422, 'OPERATION_NOT_ALLOWED', `The payment is ${found.payment.status} and takes no OTP`, {
        next: noNextStep,
      });
  return { ...response, delayMs };
}
