import { checkCode, failPayment, sendCode } from './otp-challenge.ts';
import { credentials } from '../scenarios/credentials.ts';
import { moneyText } from '../lib/money.ts';
import { returnSignature } from '../lib/sign.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { findPayment, note, type World } from '../state/context.ts';
import { challengePage, returnPage, type ReturnForm, unknownChallengePage } from './acs-page.ts';

/** The bank's own page behind a challenge URL. Opening it sends a code; it works without script. */
export async function answerBankPage(world: World, request: Request, url: URL): Promise<Response> {
  const token = url.searchParams.get('token') ?? '';
  const found = findPayment(world.state, world.state.challenges.get(token) ?? '');
  if (found === null) return unknownChallengePage();
  const { order, payment } = found;
  if (!isOpen(order, payment)) return leave(world, order, payment);
  if (request.method === 'POST') return answerForm(world, order, payment, await formOf(request));
  if (!payment.otp.openedBankPage) {
    payment.otp.openedBankPage = true;
    note(world, order, "the bank's page was opened");
    sendCode(world, order, payment, 'bankPage');
  }
  return show(order, payment, { notice: 'We have sent a one-time code to your phone. Only the newest code counts.' });
}

async function answerForm(
  world: World,
  order: OrderRecord,
  payment: PaymentRecord,
  form: URLSearchParams,
): Promise<Response> {
  switch (form.get('act')) {
    case 'cancel':
      failPayment(
        world,
        order,
        payment,
        { code: 'USER_AUTHENTICATION_FAILED', message: 'The customer cancelled the authentication' },
        'ATTEMPTED',
      );
      return leave(world, order, payment);
    case 'resend':
      sendCode(world, order, payment, 'bankPage');
      return show(order, payment, { notice: 'We have sent a new code to your phone.' });
    default: {
      const code = (form.get('otp') ?? '').replaceAll(/\s/g, '');
      if (!/^\d{4,8}$/.test(code)) return show(order, payment, { problem: 'Enter the code: 4 to 8 digits.' });
      switch (checkCode(world, order, payment, code)) {
        case 'wrong':
          return show(order, payment, { problem: 'The code is not correct. Check the newest message and try again.' });
        case 'expired':
          return show(order, payment, { problem: 'The code has expired. Ask for a new one.' });
        default:
          return leave(world, order, payment);
      }
    }
  }
}

function isOpen(order: OrderRecord, payment: PaymentRecord): boolean {
  return payment.status === 'PENDING' && !payment.authenticated && order.status !== 'FAILED';
}

function show(
  order: OrderRecord,
  payment: PaymentRecord,
  words: { readonly problem?: string; readonly notice?: string },
): Response {
  const amount = moneyText(payment.chargedValue, payment.amount.currency);
  return challengePage({ amount, lastDigits: payment.lastDigits, reference: order.reference, ...words });
}

async function leave(world: World, order: OrderRecord, payment: PaymentRecord): Promise<Response> {
  return returnPage(await returnForm(world, order, payment), world.newId().replaceAll('-', ''));
}

/** The signed return for a payment as it stands now. */
async function returnForm(world: World, order: OrderRecord, payment: PaymentRecord): Promise<ReturnForm> {
  const { settings } = world;
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
    fields: { ...fields, signature: await returnSignature(fields, credentials.returnSecretKey) },
    succeeded: !failed,
  };
}

/** A form's fields; a body that is not a form has none. */
async function formOf(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams((await request.text()).slice(0, 4096));
}
