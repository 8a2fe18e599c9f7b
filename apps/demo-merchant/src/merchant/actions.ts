/** The merchant's actions on money: capture in full or in part, cancel, refund. Each is sent under a reference of its own. */

import { isPluralError, type Plural } from '@plural-otp/core';
import type { OtpHandler } from '@plural-otp/edge';
import type { ActivityLog } from '../activity-log.ts';
import { formatRupees } from '../catalogue.ts';
import { totalPaise, type Orders, type ShopOrder } from '../orders.ts';
import type { RefundStage, ShopRepository } from '../repository.ts';

/** Dependencies of {@link createActions}. */
export interface ActionDeps {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly repository: Pick<ShopRepository, 'addRefund' | 'setRefundStage' | 'findRefunds'>;
  readonly activityLog: ActivityLog;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

/** Result of an action, in words for staff. */
export interface ActionResult {
  readonly good: boolean;
  readonly text: string;
}

/** Result of a check of the orders that are due. */
export interface LastSweep {
  readonly checked: number;
  readonly delivered: number;
  readonly stillOpen: number;
  readonly atMs: number;
}

/** Actions behind the merchant's page. */
export interface Actions {
  /** Checks every order that is due; outcomes reach the orders as verdicts. */
  sweep(signal?: AbortSignal): Promise<LastSweep>;
  /** Returns the result of the last check. */
  lastSweep(): LastSweep | undefined;
  /** Reads one order and its refunds at Plural. */
  check(order: ShopOrder): Promise<ActionResult>;
  /** Captures a reserved amount, or a part of it. The bank releases the rest. */
  capture(order: ShopOrder, amountPaise: number | undefined): Promise<ActionResult>;
  /** Releases a reserved amount. */
  cancel(order: ShopOrder): Promise<ActionResult>;
  /** Refunds an amount, under the number that the form was drawn with: a repeated form sends nothing. */
  refund(order: ShopOrder, amountPaise: number | undefined, refundNumber: number): Promise<ActionResult>;
  /** Stores what a webhook said of a refund. */
  noteRefund(reference: unknown, eventType: string): Promise<void>;
}

/** Reference of an order's only capture, so that a second click cannot capture twice. */
export const captureReference = (number: string): string => `${number}-capture`;

/** Time for which staff wait for an order to be read. */
const settleMs = 6000;
/** Time after which a refund that Plural does not know was surely never received. */
const neverReceivedMs = 15 * 60_000;

/** Creates the actions. */
export function createActions(deps: ActionDeps): Actions {
  const { plural, handler, orders, repository, activityLog, now, report } = deps;
  let lastSweep: LastSweep | undefined;

  /** Sends a capture or cancellation, then reads the order: its state decides, not the response to the call. */
  const settleAfter = async (
    order: ShopOrder,
    action: 'capture' | 'cancel',
    send: (orderId: string) => Promise<unknown>,
  ): Promise<ActionResult> => {
    const { number, pluralOrderId, orderStatus } = order;
    if (pluralOrderId === undefined || orderStatus !== 'authorized')
      return { good: false, text: `Order ${number} has no reserved amount to ${action}.` };
    const failure = await send(pluralOrderId).then(
      () => undefined,
      (error: unknown) => (report(error), isPluralError(error) ? error.code : 'unexpected error'),
    );
    activityLog.write('admin', failure === undefined ? action : `${action}: ${failure}`, number);
    const isReconciled = await settle(pluralOrderId);
    const after = await orders.byNumber(number);
    const status = after?.orderStatus;
    if (after !== undefined && (status === 'paid' || status === 'cancelled')) {
      const amount = status === 'paid' ? `: ${formatRupees(capturedPaise(after))} captured` : '';
      return {
        good: status === (action === 'capture' ? 'paid' : 'cancelled'),
        text: `Order ${number} is ${status}${amount}.`,
      };
    }
    return {
      good: false,
      text: isReconciled
        ? `Order ${number} is still reserved at Plural${failure === undefined ? '' : ` (${failure})`}. You can try again.`
        : `What happened to order ${number} is being checked. Please wait: the shop reads the order again automatically.`,
    };
  };

  /** Reads the order at Plural. Returns false where that fails or takes long, and it goes on in the background. */
  const settle = (orderId: string): Promise<boolean> => {
    const settled = handler.settle(orderId).then(
      () => true,
      (error: unknown) => (report(error), false),
    );
    return Promise.race([settled, new Promise<false>((resolve) => setTimeout(resolve, settleMs, false))]);
  };

  /** Reads a refund at Plural by its own reference, and stores its stage. */
  async function checkRefund(reference: string, sentAtMs: number): Promise<void> {
    try {
      await repository.setRefundStage(reference, toStage((await plural.getOrderByReference(reference)).status));
    } catch (error) {
      const isUnknownThere = isPluralError(error) && error.status === 404;
      if (isUnknownThere && now() - sentAtMs > neverReceivedMs) await repository.setRefundStage(reference, 'refused');
      else if (!isUnknownThere) report(error);
    }
  }

  return {
    async sweep(signal) {
      lastSweep = { ...(await handler.sweep(signal === undefined ? {} : { signal })), atMs: now() };
      return lastSweep;
    },
    lastSweep: () => lastSweep,
    async check({ number, pluralOrderId }) {
      if (pluralOrderId === undefined) return { good: false, text: `Order ${number} was never sent to Plural.` };
      const isReconciled = await settle(pluralOrderId);
      for (const { reference, stage, atMs } of await repository.findRefunds(number))
        if (stage === 'starting' || stage === 'pending') await checkRefund(reference, atMs);
      return isReconciled
        ? { good: true, text: `Order ${number} was read at Plural just now.` }
        : { good: false, text: `Plural could not be reached. Order ${number} is checked again automatically.` };
    },
    async capture(order, amountPaise) {
      const { number } = order;
      if (amountPaise === undefined || amountPaise <= 0 || amountPaise > order.amountPaise)
        return { good: false, text: `Enter an amount from ₹0.01 to ${formatRupees(order.amountPaise)} to capture.` };
      const isPart = amountPaise < order.amountPaise;
      return settleAfter(order, 'capture', (orderId) =>
        plural.captureOrder(orderId, {
          merchant_capture_reference: captureReference(number),
          ...(isPart && { capture_amount: { value: amountPaise, currency: 'INR' } }),
        }),
      );
    },
    cancel: (order) => settleAfter(order, 'cancel', (orderId) => plural.cancelOrder(orderId)),
    async refund(order, amountPaise, refundNumber) {
      const { number, pluralOrderId, orderStatus } = order;
      const refunds = await repository.findRefunds(number);
      if (refundNumber <= refunds.length) return describeRefund(number, refunds[refundNumber - 1]?.stage);
      const left = refundablePaise(order, refunds);
      if (orderStatus !== 'paid' || pluralOrderId === undefined || left <= 0)
        return { good: false, text: `Order ${number} has no money to refund.` };
      if (refundNumber !== refunds.length + 1)
        return { good: false, text: 'This form is out of date. Please check the order below, and try again.' };
      if (amountPaise === undefined || amountPaise <= 0 || amountPaise > left)
        return { good: false, text: `Enter an amount from ₹0.01 to ${formatRupees(left)} to refund.` };
      const reference = `${number}-refund-${refundNumber}`;
      // Stored before it is sent: whoever comes second finds it, and a crash leaves a refund that can be looked up.
      const isNew = await repository.addRefund({
        reference,
        orderNumber: number,
        amountPaise,
        stage: 'starting',
        atMs: now(),
      });
      if (!isNew) return describeRefund(number, 'starting');
      let stage: RefundStage = 'starting';
      try {
        const refund = await plural.refundOrder(pluralOrderId, {
          merchant_order_reference: reference,
          order_amount: { value: amountPaise, currency: 'INR' },
        });
        stage = toStage(refund.status);
        await repository.setRefundStage(reference, stage);
      } catch (error) {
        report(error);
        if (isPluralError(error) && error.outcome === 'none')
          await repository.setRefundStage(reference, (stage = 'refused'));
        else await checkRefund(reference, now());
        stage = (await repository.findRefunds(number)).find((one) => one.reference === reference)?.stage ?? stage;
      }
      activityLog.write('admin', `refund of ${formatRupees(amountPaise)}: ${stage}`, number);
      return describeRefund(number, stage, amountPaise);
    },
    async noteRefund(reference, eventType) {
      if (typeof reference !== 'string') return;
      if (eventType === 'REFUND_PROCESSED') await repository.setRefundStage(reference, 'done');
      if (eventType === 'REFUND_FAILED') await repository.setRefundStage(reference, 'refused');
    },
  };
}

/** Returns the stage that the status of a refund at Plural means. */
function toStage(status: string): RefundStage {
  if (status === 'PROCESSED') return 'done';
  return status === 'FAILED' || status === 'CANCELLED' ? 'refused' : 'pending';
}

function describeRefund(number: string, stage: RefundStage | undefined, amountPaise?: number): ActionResult {
  const what = amountPaise === undefined ? 'This refund' : formatRupees(amountPaise);
  if (stage === 'done') return { good: true, text: `${what} of order ${number} was refunded.` };
  if (stage === 'pending')
    return { good: true, text: `${what} of order ${number} is on its way back to the customer.` };
  if (stage === 'refused')
    return { good: false, text: `Plural refused the refund of order ${number}: no money was sent.` };
  return {
    good: false,
    text: `What happened to the refund of order ${number} is not known yet. Do not send it again: press “Check now” on the order.`,
  };
}

/** Returns what was captured of a paid order, in paise: its verdict tells. */
export function capturedPaise(order: ShopOrder): number {
  const paid = order.verdicts.find(({ outcome }) => outcome === 'paid');
  return paid === undefined ? totalPaise(order) : paid.amountPaise + paid.feePaise;
}

/** Returns what can still be refunded, in paise. The fee of the card is Plural's, and not refunded here. */
export function refundablePaise(
  order: ShopOrder,
  refunds: readonly { readonly stage: RefundStage; readonly amountPaise: number }[],
): number {
  const paid = order.verdicts.find(({ outcome }) => outcome === 'paid');
  const sent = refunds.reduce((sum, { stage, amountPaise }) => sum + (stage === 'refused' ? 0 : amountPaise), 0);
  return (paid?.amountPaise ?? 0) - sent;
}
