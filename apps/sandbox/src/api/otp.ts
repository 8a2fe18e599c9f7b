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

/** Sends an OTP. The setting `repeatGenerate` decides on a repeated call. */
export function generateOtp(context: SandboxContext, body: { readonly payment_id: string }): ApiResponse {
  return withOpenPayment(context, body.payment_id, ({ order, payment }) => {
    const { behaviour } = findScenario(payment.scenarioId);
    if (!payment.nativeOtp || behaviour.rejectsGenerate === true)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'This payment is not eligible for native OTP');
    const { repeatGenerate } = context.settings;
    const repeated = payment.otp.sentCount > 0 && repeatGenerate !== 'allow';
    if (repeated && repeatGenerate === 'refuse')
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'An OTP was generated already; request another by resend', {
        next: submitOrResend,
      });
    const rejection = repeated ? findResendRejection(context, payment) : null;
    if (rejection !== null) return rejection;
    if (repeated) payment.otp.resendCount += 1;
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
    if (payment.otp.sentCount === 0)
      return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'No OTP was generated for this payment');
    const rejection = findResendRejection(context, payment);
    if (rejection !== null) return rejection;
    payment.otp.resendCount += 1;
    sendOtp(context, order, payment, 'api');
    return ok({ status: 'SUCCESS', next: submitOrResend, meta_data: resendMetaData(payment) });
  });
}

/** Returns the error when it is too early for another OTP or the limit is reached, else null. */
function findResendRejection(context: SandboxContext, { otp, scenarioId }: PaymentRecord): ApiResponse | null {
  const { behaviour } = findScenario(scenarioId);
  if (otp.resendCount >= (behaviour.otpResends ?? context.settings.otpResends))
    return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'No further OTP can be sent for this payment', {
      next: ['SUBMIT_OTP'],
    });
  if (context.nowMs < (otp.sentAtMs ?? 0) + behaviour.resendAfterSeconds * 1000)
    return errorResponse(422, 'OPERATION_NOT_ALLOWED', 'It is too early to send another OTP', {
      next: submitOrResend,
    });
  return null;
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
    : errorResponse(422, 'OPERATION_NOT_ALLOWED', `${whyClosed(found)} accepts no OTP`, { next: noNextStep });
  return { ...response, delayMs };
}

function whyClosed({ order, payment }: FoundPayment): string {
  if (payment.status !== 'PENDING') return `A payment in status ${payment.status}`;
  if (payment.authenticated) return 'A payment whose OTP was accepted';
  return `A payment of an order in status ${order.status}`;
}
