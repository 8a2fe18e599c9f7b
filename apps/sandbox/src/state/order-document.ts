/** Orders and payments as the API's responses and webhooks show them. */
import type { JsonObject } from '../lib/json.ts';
import type { Settings } from './settings.ts';
import type { OrderRecord, PaymentRecord } from './state.ts';

const merchantId = '104359';
/** Path of challenge URLs: the ACS page. */
export const challengePath = '/web/auth/landing/';

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** Serializes an order as responses and webhooks show it. */
export function serializeOrder(order: OrderRecord, settings: Settings, origin: string): JsonObject {
  const latest = order.payments.at(-1);
  return {
    order_id: order.id,
    ...(order.parentId !== undefined && { parent_order_id: order.parentId }),
    merchant_order_reference: order.reference,
    type: order.type,
    status: order.status,
    ...(latest !== undefined &&
      order.type === 'CHARGE' && { challenge_url: toGivenChallengeUrl(settings, origin, latest.challengeToken) }),
    ...(order.callbackUrl !== undefined && { callback_url: order.callbackUrl }),
    ...(order.failureCallbackUrl !== undefined && { failure_callback_url: order.failureCallbackUrl }),
    merchant_id: merchantId,
    order_amount: { ...order.amount },
    pre_auth: order.preAuth,
    ...order.echoedMembers,
    payments: order.payments.map((payment) => serializePayment(payment, settings)),
    ...(latest !== undefined && order.type === 'CHARGE'
      ? { payment_retries_remaining: Math.max(0, settings.paymentsPerOrder - order.payments.length) }
      : {}),
    created_at: iso(order.createdAtMs),
    updated_at: iso(order.updatedAtMs),
  };
}

/** Returns the address of the ACS page, at the host that the setting `challengeHost` chooses. */
function toGivenChallengeUrl({ challengeHost }: Settings, origin: string, token: string): string {
  const own = challengeUrl(origin, token);
  if (challengeHost === 'script') return `javascript:location.assign(${JSON.stringify(own)})`;
  if (challengeHost === 'foreign') return challengeUrl('https://bank.example', token);
  if (challengeHost === 'userInfo') return own.replace('://', '://bank.example@');
  return challengeHost === 'lookalike' ? challengeUrl(`${origin}.bank.example`, token) : own;
}

/** Returns the address of the ACS page for a challenge token. */
export function challengeUrl(origin: string, token: string): string {
  return `${origin}${challengePath}?token=${encodeURIComponent(token)}`;
}

function serializePayment(payment: PaymentRecord, { paymentAmount }: Settings): JsonObject {
  const { currency } = payment.amount;
  const decided = payment.status !== 'PENDING' && payment.status !== 'FAILED';
  return {
    id: payment.id,
    merchant_payment_reference: payment.reference,
    status: payment.status,
    payment_amount: paymentAmount === 'smaller' ? { value: 100, currency } : { ...payment.amount },
    payment_method: payment.method,
    payment_option: { card_data: payment.cardData },
    ...(payment.offerData !== undefined && { offer_data: payment.offerData }),
    ...(decided && { acquirer_data: createAcquirerData(payment) }),
    ...(payment.fee !== undefined && { convenience_fee_breakdown: payment.fee }),
    ...(payment.captures.length > 0 && {
      capture_data: payment.captures.map((capture) => ({
        merchant_capture_reference: capture.reference,
        capture_amount: { value: capture.value, currency },
        created_at: iso(capture.atMs),
      })),
    }),
    ...(payment.error !== undefined && { error_detail: { ...payment.error } }),
    created_at: iso(payment.createdAtMs),
    updated_at: iso(payment.updatedAtMs),
  };
}

function createAcquirerData(payment: PaymentRecord): JsonObject {
  const digits = payment.id.replaceAll(/\D/g, '').padEnd(15, '0');
  return { approval_code: '000000', acquirer_reference: digits.slice(0, 15), rrn: digits.slice(0, 12) };
}
