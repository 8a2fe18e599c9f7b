import { type Answer, ok, refusal } from './response.ts';
import { paymentId } from '../state/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { orderDocument } from '../state/order-document.ts';
import { readOrder, unknownOrder } from './orders.ts';
import { isOpen } from '../issuer/otp-challenge.ts';
import { scenarioByNumber } from '../scenarios/find-scenario.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { moveOrder, note, type World } from '../state/context.ts';

/** A create-payment body that follows the field rules. */
interface CreatePaymentBody {
  readonly payments: readonly [
    {
      readonly merchant_payment_reference: string;
      readonly payment_method: string;
      readonly payment_amount: Money;
      readonly payment_option: {
        readonly card_details?: { readonly card_number: string };
        readonly card_token_details?: {
          readonly token: string;
          readonly last4_digit: string;
          readonly token_txn_type: string;
        };
      };
    },
  ];
}

/** Links a payment to the order. Nothing is charged; the cardholder has yet to prove who they are. */
export function createPayment(world: World, body: CreatePaymentBody, id: string): Answer {
  const order = world.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return unknownOrder(world);
  const [asked] = body.payments;
  const earlier = world.state.paymentReferences.get(asked.merchant_payment_reference);
  if (earlier !== undefined) {
    return world.settings.duplicates === 'existing' && earlier === order.id
      ? readOrder(world, earlier)
      : refusal(422, 'DUPLICATE_REQUEST', 'A payment with this merchant_payment_reference exists already');
  }
  const refused = refusedLink(world, order, asked.payment_method, asked.payment_amount);
  if (refused !== null) return refused;

  const { card_details: card, card_token_details: token } = asked.payment_option;
  const number = card?.card_number ?? token?.token ?? '';
  const scenario = scenarioByNumber(number);
  const fee = scenario.behaviour.fee === true ? convenienceFee(asked.payment_amount) : undefined;
  const payment: PaymentRecord = {
    id: paymentId(order.id, order.payments.length),
    orderId: order.id,
    reference: asked.merchant_payment_reference,
    amount: { value: asked.payment_amount.value, currency: asked.payment_amount.currency },
    scenarioId: scenario.id,
    nativeOtp: scenario.behaviour.nativeOtp,
    cardData: cardData(scenario, token?.token_txn_type),
    ...(fee !== undefined && { fee: fee.breakdown }),
    chargedValue: asked.payment_amount.value + (fee?.value ?? 0),
    lastDigits: token?.last4_digit ?? number.slice(-4),
    challengeToken: `${world.newId()}${world.newId()}`.replaceAll('-', ''),
    status: 'PENDING',
    authenticated: false,
    captures: [],
    otp: { sent: 0, resent: 0, wrong: 0, openedBankPage: false },
    createdAtMs: world.nowMs,
    updatedAtMs: world.nowMs,
  };
  order.payments.push(payment);
  world.state.payments.set(payment.id, order.id);
  world.state.paymentReferences.set(payment.reference, order.id);
  world.state.challenges.set(payment.challengeToken, payment.id);
  note(world, order, `payment ${payment.id} PENDING: ${scenario.title}`);
  moveOrder(world, order, world.settings.orderAfterLinking);
  return ok({ data: orderDocument(order, world.settings, world.origin) });
}

function refusedLink(world: World, order: OrderRecord, method: string, amount: Money): Answer | null {
  if (order.status === 'CANCELLED') return refusal(422, 'ORDER_CANCELLED', 'The order is cancelled');
  if (!isOpen(order))
    return refusal(422, 'OPERATION_NOT_ALLOWED', `An order in status ${order.status} takes no payment`);
  if (world.settings.secondPayment === 'refuse' && order.payments.some((payment) => payment.status === 'PENDING'))
    return refusal(422, 'PAYMENT_PENDING', 'Another payment of this order is pending');
  if (order.payments.length >= world.settings.paymentsPerOrder)
    return refusal(422, 'PAYMENT_RATE_LIMIT', 'This order takes no further payment');
  if (method !== 'CARD')
    return refusal(422, 'PAYMENT_METHOD_NOT_ENABLED', 'The sandbox takes payment_method CARD only');
  const equal = amount.value === order.amount.value && amount.currency === order.amount.currency;
  if (!equal && !world.settings.lenient)
    return refusal(422, 'INVALID_REQUEST', "payment_amount must equal the order's order_amount", {
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

/** Two percent and a fixed part, 18 % tax on both, never more than 49.99: the guide's breakdown in its own proportions. */
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

/** What the card is, before anyone pays with it. */
export function getCardDetails(
  _: World,
  body: { readonly card_details: readonly { readonly payment_identifier: string }[] },
): Answer {
  return ok({
    card_payment_details: body.card_details.map(({ payment_identifier: number }) => {
      const { network, issuer, type, behaviour } = scenarioByNumber(number);
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
