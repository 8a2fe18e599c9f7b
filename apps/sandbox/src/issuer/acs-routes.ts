/** Requests of the ACS page: it sends an OTP when it is opened, verifies what is entered, and returns to the merchant. */
import { credentials } from '../scenarios/credentials.ts';
import { formatMoney } from '../lib/money.ts';
import { signReturn } from '../lib/sign.ts';
import { appendHistory, findPayment, type SandboxContext } from '../state/context.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { challengePage, expiredPage, type ReturnForm, returnPage } from './acs-page.ts';
import { awaitsAuthentication, failPayment } from './decide-payment.ts';
import { sendOtp, verifyOtp } from './otp-challenge.ts';

/** Handles a request to a challenge URL. The first one sends an OTP; no script is needed. */
export async function handleAcsRequest(context: SandboxContext, request: Request, url: URL): Promise<Response> {
  const token = url.searchParams.get('token') ?? '';
  const found = findPayment(context.state, context.state.challenges.get(token) ?? '');
  if (found === null) return expiredPage();
  const { order, payment } = found;
  if (!awaitsAuthentication(order, payment)) return renderReturn(context, order, payment);
  // Apps of the vendor differ in what they expect of it. [source: page-after-otp]
  const { acsPageOpened, sentCount } = payment.otp;
  if (context.settings.pageAfterOtp === 'expired' && !acsPageOpened && sentCount > 0) return expiredPage();
  if (request.method === 'POST') return handleForm(context, order, payment, await readForm(request));
  if (!acsPageOpened) {
    payment.otp.acsPageOpened = true;
    appendHistory(context, order, "the bank's page was opened");
    sendOtp(context, order, payment, 'acsPage');
  }
  return renderChallenge(context, order, payment, {
    notice: 'We have sent an OTP to your phone. Only the newest one is valid.',
  });
}

async function handleForm(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  form: URLSearchParams,
): Promise<Response> {
  switch (form.get('action')) {
    case 'cancel':
      failPayment(
        context,
        order,
        payment,
        { code: 'USER_AUTHENTICATION_FAILED', message: 'The customer cancelled the authentication' },
        'ATTEMPTED',
      );
      return renderReturn(context, order, payment);
    case 'resend':
      sendOtp(context, order, payment, 'acsPage');
      return renderChallenge(context, order, payment, { notice: 'We have sent a new OTP to your phone.' });
    // Also without an action, so that a program can post the OTP alone.
    default: {
      const otp = (form.get('otp') ?? '').replaceAll(/\s/g, '');
      if (!/^\d{4,8}$/.test(otp))
        return renderChallenge(context, order, payment, { problem: 'Enter the OTP: 4 to 8 digits.' });
      switch (verifyOtp(context, order, payment, otp)) {
        case 'wrong':
          return renderChallenge(context, order, payment, {
            problem: 'The OTP is not correct. Check the newest message and try again.',
          });
        case 'expired':
          return renderChallenge(context, order, payment, { problem: 'The OTP has expired. Request a new one.' });
        default:
          return renderReturn(context, order, payment);
      }
    }
  }
}

function renderChallenge(
  { settings: { merchantName } }: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  message: { readonly problem?: string; readonly notice?: string },
): Response {
  const amount = formatMoney(payment.chargedValue, payment.amount.currency);
  return challengePage({
    merchantName,
    amount,
    lastDigits: payment.lastDigits,
    reference: order.reference,
    ...message,
  });
}

async function renderReturn(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): Promise<Response> {
  return returnPage(await createReturnForm(context, order, payment), crypto.randomUUID());
}

/** Creates the signed return for the payment's current status. */
async function createReturnForm(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
): Promise<ReturnForm> {
  const { settings } = context;
  const failed = payment.status === 'FAILED' || payment.status === 'CANCELLED';
  const paid = payment.status === 'PROCESSED' || payment.status === 'AUTHORIZED';
  const fields: Record<string, string> = {
    order_id: order.id,
    status: paid && settings.returnStatus === 'AUTHORIZED' ? 'AUTHORIZED' : payment.status,
    ...(failed &&
      payment.error !== undefined && { error_code: payment.error.code, error_message: payment.error.message }),
  };
  return {
    action: (failed ? order.failureCallbackUrl : undefined) ?? order.callbackUrl ?? null,
    method: settings.returnMethod,
    fields: { ...fields, signature: await signReturn(fields, credentials.returnSecretKey) },
    succeeded: !failed,
  };
}

// A body that is no form has no known fields.
async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams((await request.text()).slice(0, 4096));
}
