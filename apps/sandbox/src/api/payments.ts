/** Payments by card, and card details. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { paymentId } from '../state/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { serializeOrder } from '../state/order-document.ts';
import { findPayingToken } from './card-tokens.ts';
import { convenienceFee } from './fees.ts';
import { getOrder, orderNotFound } from './orders.ts';
import { cardMethods, suits } from './payment-methods.ts';
import { isOrderOpen } from '../issuer/decide-payment.ts';
import { findScenarioByCardNumber, scenarioOf } from '../scenarios/find-scenario.ts';
import { markToken } from '../scenarios/namespaces.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { appendHistory, type SandboxContext, setOrderStatus } from '../state/context.ts';

interface ExpiryDate {
  readonly expiry_month: string;
  readonly expiry_year: string;
}

/** A valid body of `createPayment`. */
interface CreatePaymentBody {
  readonly payments: readonly [
    {
      readonly merchant_payment_reference: string;
      readonly payment_method: string;
      readonly payment_amount: Money;
      readonly payment_option: {
        readonly card_details?: ExpiryDate & { readonly card_number: string; readonly save?: boolean };
        readonly card_token_details?: Partial<ExpiryDate> & {
          readonly token?: string;
          readonly token_id?: string;
          readonly last4_digit?: string;
          readonly token_txn_type: string;
          readonly cvv?: string;
        };
      };
      readonly offer_data?: JsonObject;
      readonly convenience_fee_breakdown?: JsonObject & { readonly applicable_fee_amount?: Money & JsonObject };
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

  const paying = findPayingCard(context, order, requested.payment_option);
  if ('status' in paying) return paying;
  const { scenario, lastDigits, tokenType } = paying;
  const cardRejection = findCardRejection(context, requested, scenario);
  if (cardRejection !== null) return cardRejection;
  const fee = feeOf(requested, scenario);
  const saves = requested.payment_option.card_details?.save === true;
  const payment: PaymentRecord = {
    id: paymentId(order.id, order.payments.length),
    orderId: order.id,
    reference: requested.merchant_payment_reference,
    amount: { value: requested.payment_amount.value, currency: requested.payment_amount.currency },
    scenarioId: scenario.id,
    nativeOtp: scenario.behaviour.nativeOtp,
    ...(isExpired(context, requested.payment_option) && { cardExpired: true }),
    cardData: cardData(scenario, tokenType),
    ...(fee !== undefined && { fee: fee.breakdown }),
    chargedValue: requested.payment_amount.value + (fee?.value ?? 0),
    lastDigits,
    method: requested.payment_method,
    ...(requested.offer_data !== undefined && { offerData: requested.offer_data }),
    ...(saves && order.customerId !== undefined && { saveFor: order.customerId }),
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
  if (saves && order.customerId === undefined)
    appendHistory(context, order, 'the card will not be saved: the order names no customer');
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
  if (!cardMethods.includes(method))
    return errorResponse(422, 'PAYMENT_METHOD_NOT_ENABLED', `The sandbox supports ${cardMethods.join(', ')} only`);
  const equal = amount.value === order.amount.value && amount.currency === order.amount.currency;
  if (!equal && !context.settings.lenient)
    return errorResponse(422, 'INVALID_REQUEST', "payment_amount must equal the order's order_amount", {
      additional_error_details: { source: 'payments[0].payment_amount', reason: "equal to the order's amount" },
    });
  return null;
}

type RequestedPayment = CreatePaymentBody['payments'][0];

/** Card that pays. */
interface PayingCard {
  readonly scenario: Scenario;
  readonly lastDigits: string;
  readonly tokenType?: string;
}

/** Finds the card that pays: by its number, by a token in place of one, or by the id of a saved card. */
function findPayingCard(
  context: SandboxContext,
  order: OrderRecord,
  { card_details: card, card_token_details: token }: RequestedPayment['payment_option'],
): PayingCard | ApiResponse {
  if (token?.token_id !== undefined && token.token === undefined) {
    const saved = findPayingToken(context, token.token_id, order.customerId);
    if ('body' in saved) return saved;
    return { scenario: scenarioOf(saved), lastDigits: saved.lastDigits, tokenType: token.token_txn_type };
  }
  const number = card?.card_number ?? token?.token ?? '';
  return {
    // A token behaves as the card whose number it equals.
    scenario: findScenarioByCardNumber(number),
    lastDigits: token?.last4_digit ?? number.slice(-4),
    ...(token !== undefined && { tokenType: token.token_txn_type }),
  };
}

/** Returns the error when the card cannot pay in the way that was requested, else null. */
function findCardRejection(
  { settings }: SandboxContext,
  requested: RequestedPayment,
  { network, type }: Scenario,
): ApiResponse | null {
  const { card_token_details: token } = requested.payment_option;
  if (network === 'RUPAY' && token !== undefined && token.cvv === undefined) {
    const source = 'payments[0].payment_option.card_token_details.cvv';
    return errorResponse(settings.invalidRequestStatus, 'INVALID_REQUEST', `${source} must be present`, {
      additional_error_details: { source, step: 'validation', reason: 'a RuPay card needs it' },
    });
  }
  return suits(requested.payment_method, type)
    ? null
    : errorResponse(422, 'CARD_NOT_ALLOWED', `A ${type.toLowerCase()} card cannot pay by ${requested.payment_method}`);
}

/** Returns the convenience fee: the scenario's, else the one that the merchant calculated and sent. */
function feeOf(
  { payment_amount: amount, convenience_fee_breakdown: sent }: RequestedPayment,
  { behaviour }: Scenario,
): { readonly value: number; readonly breakdown: JsonObject } | undefined {
  if (behaviour.fee === true) return convenienceFee(amount);
  return sent === undefined ? undefined : { value: sent.applicable_fee_amount?.value ?? 0, breakdown: sent };
}

/** Returns true when the month of the expiry date is past. The guide's samples, which `lenient` accepts, are old. */
function isExpired({ settings, nowMs }: SandboxContext, option: RequestedPayment['payment_option']): boolean {
  const card: Partial<ExpiryDate> | undefined = option.card_details ?? option.card_token_details;
  if (settings.lenient || card?.expiry_month === undefined || card.expiry_year === undefined) return false;
  return Date.UTC(Number(card.expiry_year), Number(card.expiry_month), 1) <= nowMs;
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
