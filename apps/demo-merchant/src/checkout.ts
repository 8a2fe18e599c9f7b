/** The checkout: starts a payment exactly once per attempt, and decides what an order's checkout page shows. */

import { deviceInfoFrom, type DeviceInfo, isPluralError, type PaymentRequest, type Plural } from '@plural-otp/core';
import type { OtpHandler, StartedPayment } from '@plural-otp/edge';
import { merchantName } from './catalogue.ts';
import { toCheckoutProblem, type CheckoutProblem, unknownCard } from './checkout-problems.ts';
import type { Orders, ShopOrder } from './orders.ts';
import type { CheckoutPage } from './pages/checkout.ts';
import type { Attempt } from './repository.ts';
import { customerReference, type SavedCard, type SavedCards } from './saved-cards.ts';
import type { TestCard, TestCards } from './test-cards.ts';

/** Dependencies of {@link createCheckout}. */
export interface CheckoutDeps {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly cards: () => Promise<TestCards>;
  readonly savedCards: SavedCards;
  readonly report: (error: unknown) => void;
}

/** Fields of the payment form. */
export interface PayForm {
  readonly attempt: number;
  readonly cardId: string;
  readonly preAuth: boolean;
  /** True to save the card once the payment succeeds. */
  readonly save: boolean;
  /** Device data that the page's script collected; absent without scripts. */
  readonly device: Record<string, string> | undefined;
  /** True if the page shows the step as soon as it has the response: the OTP is then requested with the start. */
  readonly generate: boolean;
}

/** Result of a payment form: a page to redirect to, or a problem to show. */
export type PayResult =
  | { readonly kind: 'checkout' | 'order' }
  | { readonly kind: 'step'; readonly client: StartedPayment['client'] }
  | { readonly kind: 'bank'; readonly challengeUrl: string }
  | { readonly kind: 'problem'; readonly problem: CheckoutProblem };

/** Options of a payment start. */
interface StartOptions {
  readonly card: TestCard | SavedCard;
  readonly form: PayForm;
  readonly device: DeviceInfo;
  /** True when an earlier request for this attempt may have reached Plural. */
  readonly isRetry: boolean;
}

/** Content of an order's checkout page; `complete` when the receipt is shown instead. */
type CheckoutState = Pick<CheckoutPage, 'step' | 'form' | 'unknownOutcome' | 'orderAgain' | 'problem'> | 'complete';

/** Masked phone number of the customer, who is fictional as the sandbox's phone is. A real shop masks the number it has. */
const destination = '•••••• 4217';

/** Operations of the checkout page. */
export interface Checkout {
  /** Starts the payment of a submitted form; a repeated form never starts a second one. */
  pay(order: ShopOrder, form: PayForm, request: Request): Promise<PayResult>;
  /** Returns what the checkout page shows, after reading the order at Plural if it has to. */
  state(order: ShopOrder): Promise<CheckoutState>;
  /** Returns a new session for the payment in progress, without a call that changes anything. */
  renewSession(order: ShopOrder): Promise<StartedPayment['client'] | undefined>;
}

/** Returns true once money is reserved or taken, or the reservation was cancelled. */
export const isComplete = ({ orderStatus }: ShopOrder): boolean =>
  orderStatus === 'paid' || orderStatus === 'authorized' || orderStatus === 'cancelled';

/**
 * Creates the checkout. An order has at most one attempt with an unknown outcome, and that attempt is always finished
 * before another one starts.
 */
export function createCheckout({ plural, handler, orders, cards, savedCards, report }: CheckoutDeps): Checkout {
  async function start(
    order: ShopOrder,
    attempt: Attempt,
    { card, form, device, isRetry }: StartOptions,
  ): Promise<PayResult> {
    let isSent = false;
    try {
      const orderId = order.pluralOrderId ?? (await createPluralOrder(order));
      isSent = true;
      const started = await handler.startPayment({
        orderId,
        payment: paymentBody(order, attempt, toPaymentOption(card, form.save), device),
        display: { merchantName, destination },
        ...(form.generate && { generate: 'now' }),
      });
      await orders.markStarted(attempt.reference, started.paymentId);
      await orders.linkReference(started.client.view.reference, order.number);
      if (form.save) await savedCards.remember(order.session, await plural.getOrder(orderId)).catch(report);
      if (started.nativeOtp || started.challengeUrl === undefined) return { kind: 'step', client: started.client };
      return { kind: 'bank', challengeUrl: started.challengeUrl };
    } catch (error) {
      report(error);
      // A payment that may exist has to be finished under its own reference before another one starts, because both
      // could be charged. After a first request with an unknown outcome, only Plural's own rejection of createPayment
      // proves that there is none.
      const provesNoPayment =
        isPluralError(error) && error.outcome === 'none' && (!isRetry || error.operation === 'createPayment');
      if (!isSent || provesNoPayment) await orders.markRejected(attempt.reference);
      if (isPluralError(error) && error.code === 'ORDER_ALREADY_PAID') return { kind: 'order' };
      return { kind: 'problem', problem: toCheckoutProblem(error) };
    }
  }

  async function createPluralOrder(order: ShopOrder): Promise<string> {
    const created = await plural.createOrder({
      merchant_order_reference: order.number,
      order_amount: { value: order.amountPaise, currency: 'INR' },
      pre_auth: order.preAuth ?? false,
      callback_url: handler.returnUrl,
      notes: 'Tea from Nilgiri Leaf',
      // Creates the customer at Plural, for whom a card may be saved.
      purchase_details: { customer: { merchant_customer_reference: await customerReference(order.session) } },
    });
    await orders.linkToPlural(order.number, created.order_id);
    return created.order_id;
  }

  const findAttempt = (order: ShopOrder, form: PayForm): Attempt | undefined =>
    order.attempts.find(({ attempt }) => attempt === form.attempt);

  /** Returns the chosen card; a stored attempt keeps the card that it was started with. */
  async function findCard(order: ShopOrder, form: PayForm): Promise<TestCard | SavedCard | undefined> {
    const cardId = findAttempt(order, form)?.cardId ?? form.cardId;
    const choices = cardId.startsWith('saved-') ? await savedCards.list(order.session) : (await cards()).cards;
    return [...choices].find(({ id }) => id === cardId);
  }

  const findStarted = (order: ShopOrder): Attempt | undefined =>
    order.attempts.find(({ stage }) => stage === 'started');

  const renewSession: Checkout['renewSession'] = async (order) => {
    const paymentId = findStarted(order)?.pluralPaymentId;
    if (order.pluralOrderId === undefined || paymentId === undefined) return undefined;
    return (await handler.resumePayment({ orderId: order.pluralOrderId, paymentId }))?.client;
  };

  return {
    renewSession,
    async pay(order, form, request) {
      let card: TestCard | SavedCard | undefined;
      try {
        card = await findCard(order, form);
      } catch (error) {
        report(error);
        return { kind: 'problem', problem: toCheckoutProblem(error) };
      }
      if (card === undefined) return { kind: 'problem', problem: unknownCard };
      const { attempts } = order;
      const known = findAttempt(order, form);
      const isNext = form.attempt === attempts.length + 1 && attempts[0]?.stage !== 'starting';
      if (isComplete(order)) return { kind: 'order' };
      // A double click, a repeated form or a stale page: show the checkout as it is now.
      if (known === undefined ? !isNext : known.stage !== 'starting') return { kind: 'checkout' };

      const { attempt: number, preAuth } = form;
      const added = await orders.beginAttempt(order.number, { attempt: number, cardId: card.id, preAuth });
      if (added.attempt.stage !== 'starting') return { kind: 'checkout' };
      return start(added.order, added.attempt, {
        card,
        form,
        device: deviceInfoFrom(request, form.device),
        isRetry: !added.isNew,
      });
    },
    async state(order) {
      if (isComplete(order)) return 'complete';
      const { attempts } = order;
      const [latest] = attempts;
      if (latest?.stage === 'starting') return { unknownOutcome: { attempt: latest.attempt, cardId: latest.cardId } };

      const step = await renewSession(order);
      if (findStarted(order) !== undefined && step === undefined) return { problem: lostRecordProblem(order) };
      const phase = step?.view.phase;
      if (order.pluralOrderId !== undefined && (phase === 'authorized' || phase === 'cancelled')) {
        await handler.settle(order.pluralOrderId);
        const updated = await orders.byNumber(order.number);
        if (updated !== undefined && isComplete(updated)) return 'complete';
      }
      if (!order.pluralOpen) return { step, orderAgain: [{ reason: 'closed', shown: 'now' }] };
      const isOver = step === undefined || step.view.next.includes('payAgain');
      return {
        step,
        form: {
          attempt: attempts.length + 1,
          shown: isOver ? 'now' : 'later',
          declinedCardId: isOver ? findStarted(order)?.cardId : undefined,
        },
        // The page shows these once the step has ended, which it may start itself.
        orderAgain: [
          { reason: 'cancelled', shown: phase === 'cancelled' ? 'now' : 'later' },
          { reason: 'closed', shown: 'later' },
        ],
      };
    },
  };
}

type PaymentOption = PaymentRequest['payment_option'];

function toPaymentOption(card: TestCard | SavedCard, save: boolean): PaymentOption {
  if ('tokenId' in card) {
    const { tokenId: token_id, cvv, lastDigits: last4_digit } = card;
    return { card_token_details: { token_id, token_txn_type: 'ALT_TOKEN', cvv, last4_digit } };
  }
  return {
    card_details: {
      name: card.name,
      card_number: card.number,
      cvv: card.cvv,
      expiry_month: card.expiryMonth,
      expiry_year: card.expiryYear,
      ...(save && { save }),
    },
  };
}

function paymentBody(order: ShopOrder, attempt: Attempt, option: PaymentOption, device: DeviceInfo) {
  return {
    merchant_payment_reference: attempt.reference,
    payment_method: 'CARD' as const,
    payment_amount: { value: order.amountPaise, currency: 'INR' },
    payment_option: option,
    device_info: device,
  };
}

function lostRecordProblem(order: ShopOrder): NonNullable<CheckoutPage['problem']> {
  return {
    title: 'We cannot show this payment',
    text: `What happened to order ${order.number} is being checked. Please do not pay again; contact us with this order number instead.`,
  };
}
