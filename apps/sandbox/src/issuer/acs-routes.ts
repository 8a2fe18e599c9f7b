import { verifyOtp, failPayment, sendOtp } from './otp-challenge.ts';
import { credentials } from '../scenarios/credentials.ts';
import { formatMoney } from '../lib/money.ts';
import { signReturn } from '../lib/sign.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { findPayment, appendHistory, type SandboxContext } from '../state/context.ts';
import { challengePage, returnPage, type ReturnForm, unknownChallengePage } from './acs-page.ts';

/** The bank's own page behind a challenge URL. Opening it sends a code; it works without script. */
export async function handleAcsRequest(context: SandboxContext, request: Request, url: URL): Promise<Response> {
  const token = url.searchParams.get('token') ?? '';
  const found = findPayment(context.state, context.state.challenges.get(token) ?? '');
  if (found === null) return unknownChallengePage();
  const { order, payment } = found;
  if (!isChallengeOpen(order, payment)) return renderReturn(context, order, payment);
  if (request.method === 'POST') return handleForm(context, order, payment, await readForm(request));
  if (!payment.otp.acsPageOpened) {
    payment.otp.acsPageOpened = true;
    appendHistory(context, order, "the bank's page was opened");
    sendOtp(context, order, payment, 'acsPage');
  }
  return renderChallenge(order, payment, {
    notice: 'We have sent a one-time code to your phone. Only the newest code counts.',
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
      return renderChallenge(order, payment, { notice: 'We have sent a new code to your phone.' });
    default: {
      const code = (form.get('otp') ?? '').replaceAll(/\s/g, '');
      if (!/^\d{4,8}$/.test(code))
        return renderChallenge(order, payment, { problem: 'Enter the code: 4 to 8 digits.' });
      switch (verifyOtp(context, order, payment, code)) {
        case 'wrong':
          return renderChallenge(order, payment, {
            problem: 'The code is not correct. Check the newest message and try again.',
          });
        case 'expired':
          return renderChallenge(order, payment, { problem: 'The code has expired. Ask for a new one.' });
        default:
          return renderReturn(context, order, payment);
      }
    }
  }
}

function isChallengeOpen(order: OrderRecord, payment: PaymentRecord): boolean {
  return payment.status === 'PENDING' && !payment.authenticated && order.status !== 'FAILED';
}

function renderChallenge(
  order: OrderRecord,
  payment: PaymentRecord,
  words: { readonly problem?: string; readonly notice?: string },
): Response {
  const amount = formatMoney(payment.chargedValue, payment.amount.currency);
  return challengePage({ amount, lastDigits: payment.lastDigits, reference: order.reference, ...words });
}

async function renderReturn(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): Promise<Response> {
  return returnPage(await createReturnForm(context, order, payment), context.newId().replaceAll('-', ''));
}

/** The signed return for a payment as it stands now. */
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

/** A form's fields; a body that is not a form has none. */
async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams((await request.text()).slice(0, 4096));
}
