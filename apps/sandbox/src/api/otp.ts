/** The three native OTP calls: generate, submit, resend. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { awaitsAuthentication } from '../issuer/decide-payment.ts';
import { sendOtp, verifyOtp } from '../issuer/otp-challenge.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { findPayment, type SandboxContext } from '../state/context.ts';

const submitOrResend = ['SUBMIT_OTP', 'RESEND_OTP'];
const noNextStep = ['NONE'];

interface FoundPayment {
  readonly order: OrderRecord;
  readonly payment: PaymentRecord;
}

/** Sends an OTP. A repeated call sends another one. */
export function generateOtp(context: SandboxContext, body: { readonly payment_id: string }): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    const { behaviour } = findScenario(payment.scenarioId);
    if (!payment.nativeOtp || behaviour.rejectsGenerate === true)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'This payment is not eligible for native OTP');
    sendOtp(context, order, payment, 'api');
    return ok({ next: submitOrResend, meta_data: resendMetaData(payment) });
  });
}

/** Submits an OTP. `SUCCESS` means accepted, not paid: the issuer decides afterwards. */
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
          connectionLost: findScenario(payment.scenarioId).behaviour.losesSubmitResponse === true,
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

/** Sends another OTP, from `resend_after` seconds after the last one on and within the limit. */
export function resendOtp(context: SandboxContext, body: { readonly payment_id: string }): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    const { otp } = payment;
    const { behaviour } = findScenario(payment.scenarioId);
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
  return { resend_after: String(findScenario(payment.scenarioId).behaviour.resendAfterSeconds) };
}

/** Runs a call for an open payment, with the delay of its scenario. A decided or authenticated payment accepts no OTP. */
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
  const delayMs = findScenario(found.payment.scenarioId).behaviour.otpCallDelayMs ?? 0;
  const response = awaitsAuthentication(found.order, found.payment)
    ? handle(found)
    : errorResponse(422, 'OPERATION_NOT_ALLOWED', `The payment is ${found.payment.status} and accepts no OTP`, {
        next: noNextStep,
      });
  return { ...response, delayMs };
}
