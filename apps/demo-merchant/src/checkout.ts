import { deviceInfoFrom, type DeviceInfo, isPluralError, type Plural } from '@plural-otp/core';
import type { OtpHandler, StartedPayment } from '@plural-otp/edge';
import { checkoutProblem, type CheckoutProblem, unknownCard } from './checkout-problems.ts';
import type { Orders, ShopOrder } from './orders.ts';
import type { CheckoutPage } from './pages/checkout.ts';
import type { Attempt } from './repository.ts';
import type { TestCard, TestCards } from './test-cards.ts';

export interface CheckoutParts {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly cards: () => Promise<TestCards>;
  readonly report: (error: unknown) => void;
}

/** What the customer sent with the payment form. */
export interface PayForm {
  readonly attempt: number;
  readonly cardId: string;
  readonly preAuth: boolean;
  /** What the page's script learned about the browser; absent without scripts. */
  readonly device: Record<string, string> | undefined;
}

/** How a payment form ended: a page to go to, or words to show. */
type PayResult =
  | { readonly go: 'checkout' | 'order' }
  | { readonly go: 'bank'; readonly challengeUrl: string }
  | { readonly go: 'nowhere'; readonly problem: CheckoutProblem };

interface Start {
  readonly card: TestCard;
  readonly device: DeviceInfo;
  /** An earlier try of this attempt may have reached Plural. */
  readonly isRepeated: boolean;
}

/** What an order's checkout shows; the receipt takes over once the order is settled. */
type CheckoutState = Pick<CheckoutPage, 'step' | 'form' | 'unclear' | 'orderAgain' | 'problem'> | 'settled';

export interface Checkout {
  pay(order: ShopOrder, form: PayForm, request: Request): Promise<PayResult>;
  state(order: ShopOrder): Promise<CheckoutState>;
  /** A new seal for the payment under way; sends nothing. */
  renew(order: ShopOrder): Promise<StartedPayment['client'] | undefined>;
}

export const isSettled = ({ standing }: ShopOrder): boolean =>
  standing === 'paid' || standing === 'authorized' || standing === 'cancelled';

/** Starts payments, and says where they stand. An order has one unclear attempt at most, and it is never left behind. */
export function createCheckout({ plural, handler, orders, cards, report }: CheckoutParts): Checkout {
  async function start(order: ShopOrder, attempt: Attempt, { card, device, isRepeated }: Start): Promise<PayResult> {
    let isSent = false;
    try {
      const orderId = order.pluralOrderId ?? (await createPluralOrder(order));
      isSent = true;
      const started = await handler.startPayment({
        orderId,
        payment: paymentBody(order, attempt, card, device),
        display: { merchantName: 'Nilgiri Leaf' },
      });
      await orders.markStarted(attempt.reference, started.paymentId);
      if (started.nativeOtp || started.challengeUrl === undefined) return { go: 'checkout' };
      return { go: 'bank', challengeUrl: started.challengeUrl };
    } catch (error) {
      report(error);
      // A payment that may exist has to be finished under its own reference before any other is begun. Once the first
      // try ended unclear, only Plural's own refusal to make the payment proves that there is none.
      const proof =
        isPluralError(error) && error.outcome === 'none' && (!isRepeated || error.operation === 'createPayment');
      if (!isSent || proof) await orders.markRefused(attempt.reference);
      if (isPluralError(error) && error.code === 'ORDER_ALREADY_PAID') return { go: 'order' };
      return { go: 'nowhere', problem: checkoutProblem(error) };
    }
  }

  async function createPluralOrder(order: ShopOrder): Promise<string> {
    const created = await plural.createOrder({
      merchant_order_reference: order.number,
      order_amount: { value: order.amountPaise, currency: 'INR' },
      pre_auth: order.preAuth ?? false,
      callback_url: handler.returnUrl,
      notes: 'Tea from Nilgiri Leaf',
    });
    await orders.linkToPlural(order.number, created.order_id);
    return created.order_id;
  }

  const attemptOf = (order: ShopOrder, form: PayForm): Attempt | undefined =>
    order.attempts.find(({ attempt }) => attempt === form.attempt);

  /** The card that was chosen; an attempt that was written down keeps the card it was begun with. */
  async function cardFor(order: ShopOrder, form: PayForm): Promise<TestCard | undefined> {
    const cardId = attemptOf(order, form)?.cardId ?? form.cardId;
    return (await cards()).cards.find(({ id }) => id === cardId);
  }

  const started = (order: ShopOrder): Attempt | undefined => order.attempts.find(({ stage }) => stage === 'started');

  const renew: Checkout['renew'] = async (order) => {
    const paymentId = started(order)?.pluralPaymentId;
    if (order.pluralOrderId === undefined || paymentId === undefined) return undefined;
    return (await handler.resumePayment({ orderId: order.pluralOrderId, paymentId }))?.client;
  };

  return {
    renew,
    async pay(order, form, request) {
      let card: TestCard | undefined;
      try {
        card = await cardFor(order, form);
      } catch (error) {
        report(error);
        return { go: 'nowhere', problem: checkoutProblem(error) };
      }
      if (card === undefined) return { go: 'nowhere', problem: unknownCard };
      const { attempts } = order;
      const known = attemptOf(order, form);
      const isNext = form.attempt === attempts.length + 1 && attempts[0]?.stage !== 'starting';
      if (isSettled(order)) return { go: 'order' };
      // Pressed twice, sent again, or from a page that is out of date: the checkout shows what there is.
      if (known === undefined ? !isNext : known.stage !== 'starting') return { go: 'checkout' };

      const { attempt: number, preAuth } = form;
      const begun = await orders.begin(order.number, { attempt: number, cardId: card.id, preAuth });
      if (begun.attempt.stage !== 'starting') return { go: 'checkout' };
      return start(begun.order, begun.attempt, {
        card,
        device: deviceInfoFrom(request, form.device),
        isRepeated: !begun.isNew,
      });
    },
    async state(order) {
      if (isSettled(order)) return 'settled';
      const { attempts } = order;
      const [latest] = attempts;
      if (latest?.stage === 'starting') return { unclear: { attempt: latest.attempt, cardId: latest.cardId } };

      const step = await renew(order);
      if (started(order) !== undefined && step === undefined) return { problem: recordLost(order) };
      const phase = step?.view.phase;
      if (order.pluralOrderId !== undefined && (phase === 'authorized' || phase === 'cancelled')) {
        await handler.settle(order.pluralOrderId);
        const settled = await orders.byNumber(order.number);
        if (settled !== undefined && isSettled(settled)) return 'settled';
      }
      if (!order.pluralOpen) return { step, orderAgain: [{ why: 'closed', shown: 'now' }] };
      const isOver = step === undefined || step.view.next.includes('payAgain');
      return {
        step,
        form: { attempt: attempts.length + 1, shown: isOver ? 'now' : 'later' },
        ...(step && {
          orderAgain: [
            { why: 'givenUp', shown: phase === 'cancelled' ? 'now' : 'later' },
            { why: 'closed', shown: 'later' },
          ],
        }),
      };
    },
  };
}

function paymentBody(order: ShopOrder, attempt: Attempt, card: TestCard, device: DeviceInfo) {
  return {
    merchant_payment_reference: attempt.reference,
    payment_method: 'CARD' as const,
    payment_amount: { value: order.amountPaise, currency: 'INR' },
    payment_option: {
      card_details: {
        name: card.name,
        card_number: card.number,
        cvv: card.cvv,
        expiry_month: card.expiryMonth,
        expiry_year: card.expiryYear,
      },
    },
    device_info: device,
  };
}

function recordLost(order: ShopOrder): NonNullable<CheckoutPage['problem']> {
  return {
    title: 'We cannot show this payment',
    text: `What became of it is being looked up. Please do not pay again; tell us the order ${order.number} instead.`,
  };
}
