/** Payments by card, and card details. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { paymentId } from '../state/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { serializeOrder } from '../state/order-document.ts';
import { getOrder, orderNotFound } from './orders.ts';
import { isOrderOpen } from '../issuer/decide-payment.ts';
import { findScenarioByCardNumber } from '../scenarios/find-scenario.ts';
import { markToken } from '../scenarios/namespaces.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { appendHistory, type SandboxContext, setOrderStatus } from '../state/context.ts';

/** A valid body of `createPayment`. */
interface CreatePaymentBody {
  readonly payments: readonly [
    {
      readonly merchant_payment_reference: string;
      readonly payment_method: string;
      readonly payment_amount: Money;
      readonly payment_option: {
        readonly card_details?: { readonly card_number: string };
        readonly card_token_details?: {
          readonly token?: string;
          readonly token_id?: string;
          readonly last4_digit?: string;
          readonly token_txn_type: string;
        };
      };
    },
  ];
}

/** Adds a payment to an order. Nothing is charged before the cardholder is authenticated. */
export function createPayment(context: SandboxContext, body: CreatePaymentBody, id: string): ApiResponse {
  const order = context.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return orderNotFound(context);
  const [requested] = body.payments;
  const earlier = context.state.paymentReferences.get(requested.merchant_payment_reference);
  if (earlier !== undefined) {
    return context.settings.duplicates === 'existing' && earlier === order.id
      ? getOrder(context, earlier)
      : errorResponse(422, 'DUPLICATE_REQUEST', 'A payment with this merchant_payment_reference already exists');
  }
  const rejection = findRejection(context, order, requested.payment_method, requested.payment_amount);
  if (rejection !== null) return rejection;

  const { card_details: card, card_token_details: token } = requested.payment_option;
  // A token behaves as the card whose number it equals, and the id of a saved card as the card whose digits it has.
  const number = card?.card_number ?? token?.token ?? token?.token_id?.replaceAll(/\D/g, '') ?? '';
  const scenario = findScenarioByCardNumber(number);
  const fee = scenario.behaviour.fee === true ? convenienceFee(requested.payment_amount) : undefined;
  const payment: PaymentRecord = {
    id: paymentId(order.id, order.payments.length),
    orderId: order.id,
    reference: requested.merchant_payment_reference,
    amount: { value: requested.payment_amount.value, currency: requested.payment_amount.currency },
    scenarioId: scenario.id,
    nativeOtp: scenario.behaviour.nativeOtp,
    cardData: cardData(scenario, token?.token_txn_type),
    ...(fee !== undefined && { fee: fee.breakdown }),
    chargedValue: requested.payment_amount.value + (fee?.value ?? 0),
    lastDigits: token?.last4_digit ?? number.slice(-4),
    challengeToken: markToken(context.namespace, `${context.newId()}${context.newId()}`.replaceAll('-', '')),
    status: 'PENDING',
    authenticated: false,
    captures: [],
    otp: { sentCount: 0, resendCount: 0, wrongCount: 0, acsPageOpened: false },
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
  };
  order.payments.push(payment);
  context.state.payments.set(payment.id, order.id);
  context.state.paymentReferences.set(payment.reference, order.id);
  context.state.challenges.set(payment.challengeToken, payment.id);
  appendHistory(context, order, `payment ${payment.id} PENDING: ${scenario.title}`);
  setOrderStatus(context, order, context.settings.orderAfterLinking);
  return ok({ data: serializeOrder(order, context.settings, context.origin) });
}

/** Returns the error when the order does not accept the payment, else null. */
function findRejection(context: SandboxContext, order: OrderRecord, method: string, amount: Money): ApiResponse | null {
  if (order.status === 'CANCELLED') return errorResponse(422, 'ORDER_CANCELLED', 'The order is cancelled');
  if (!isOrderOpen(order))
    return errorResponse(422, 'OPERATION_NOT_ALLOWED', `An order in status ${order.status} accepts no payment`);
  if (context.settings.secondPayment === 'reject' && order.payments.some((payment) => payment.status === 'PENDING'))
    return errorResponse(422, 'PAYMENT_PENDING', 'Another payment of this order is pending');
  if (order.payments.length >= context.settings.paymentsPerOrder)
    return errorResponse(422, 'PAYMENT_RATE_LIMIT', 'This order accepts no further payment');
  if (method !== 'CARD')
    return errorResponse(422, 'PAYMENT_METHOD_NOT_ENABLED', 'The sandbox supports payment_method CARD only');
  const equal = amount.value === order.amount.value && amount.currency === order.amount.currency;
  if (!equal && !context.settings.lenient)
    return errorResponse(422, 'INVALID_REQUEST', "payment_amount must equal the order's order_amount", {
      additional_error_details: { source: 'payments[0].payment_amount', reason: "equal to the order's amount" },
    });
  return null;
}

function cardData(scenario: Scenario, tokenType: string | undefined): JsonObject {
  return {
    card_type: scenario.type,
    network_name: scenario.network,
    issuer_name: scenario.issuer,
    card_category: 'CONSUMER',
    country_code: scenario.behaviour.international === true ? 'USA' : 'IND',
    is_native_otp_eligible: scenario.behaviour.nativeOtp,
    ...(tokenType !== undefined && { token_txn_type: tokenType }),
  };
}

/** Computes a convenience fee with the proportions of the guide's sample: 2 % and a fixed part, 18 % tax on both, at most 49.99. */
function convenienceFee(amount: Money): { readonly value: number; readonly breakdown: JsonObject } {
  const fee = Math.round(amount.value * 0.02);
  const additional = 1000;
  const tax = Math.round((fee + additional) * 0.18);
  const value = Math.min(fee + additional + tax, 4999);
  const money = (paise: number): JsonObject => ({ value: paise, currency: amount.currency });
  return {
    value,
    breakdown: {
      fee_amount: money(fee),
      tax_amount: money(tax),
      additional_fee_amount: money(additional),
      maximum_fee_amount: money(4999),
      applicable_fee_amount: money(value),
    },
  };
}

/** Returns network, issuer and native OTP support of cards, before a payment. */
export function getCardDetails(
  _: SandboxContext,
  body: { readonly card_details: readonly { readonly payment_identifier: string }[] },
): ApiResponse {
  return ok({
    card_payment_details: body.card_details.map(({ payment_identifier: number }) => {
      const { network, issuer, type, behaviour } = findScenarioByCardNumber(number);
      const international = behaviour.international === true;
      return {
        card_network: network,
        card_issuer: issuer,
        card_type: type,
        card_category: 'NONE',
        is_international_card: international,
        is_native_otp_supported: behaviour.nativeOtp,
        country_code: international ? 'USA' : 'IND',
        currency: international ? 'USD' : 'INR',
        is_currency_supported: true,
      };
    }),
  });
}
