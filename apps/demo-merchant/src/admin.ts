/** The merchant's operations: list payments and orders, check due orders, capture or cancel a reserved amount. */

import { isPluralError, type Plural } from '@plural-otp/core';
import type { OtpHandler } from '@plural-otp/edge';
import type { ActivityLog } from './activity-log.ts';
import type { Orders, ShopOrder } from './orders.ts';
import type { AdminPage } from './pages/admin.ts';

/** Dependencies of {@link createAdmin}. */
export interface AdminDeps {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly activityLog: ActivityLog;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

type AdminAction = 'capture' | 'cancel';

/** Operations behind the merchant's page. */
export interface Admin {
  /** Returns the data of the merchant's page. */
  getPage(message?: AdminPage['message']): Promise<AdminPage>;
  /** Checks every order that is due; outcomes reach the orders as verdicts. */
  sweep(signal?: AbortSignal): Promise<NonNullable<AdminPage['lastSweep']>>;
  /** Captures or cancels a reserved amount, then reads the order: its state decides, not the response to the call. */
  perform(order: ShopOrder, action: AdminAction): Promise<NonNullable<AdminPage['message']>>;
}

const maxOrdersShown = 50;
const maxEntriesShown = 25;

/** Creates the merchant's operations. */
export function createAdmin({ plural, handler, orders, activityLog, now, report }: AdminDeps): Admin {
  let lastSweep: AdminPage['lastSweep'];

  /** Sends the capture or cancellation. Returns the error code if it failed, else `undefined`. */
  const send = async (order: ShopOrder, orderId: string, action: AdminAction): Promise<string | undefined> => {
    try {
      // The reference is derived from the order number, so that a second click cannot capture twice.
      if (action === 'capture')
        await plural.captureOrder(orderId, { merchant_capture_reference: `${order.number}-capture` });
      else await plural.cancelOrder(orderId);
      return undefined;
    } catch (error) {
      report(error);
      return isPluralError(error) ? error.code : 'unexpected error';
    }
  };

  return {
    async getPage(message) {
      const [latest, sums, pendingCount, activity] = await Promise.all([
        orders.latest(maxOrdersShown),
        orders.sum(),
        orders.countPending(),
        activityLog.latest(maxEntriesShown),
      ]);
      return { orders: latest, sums, pendingCount, lastSweep, activity, message };
    },
    async sweep(signal) {
      lastSweep = { ...(await handler.sweep(signal === undefined ? {} : { signal })), atMs: now() };
      return lastSweep;
    },
    async perform(order, action) {
      const { number, pluralOrderId, orderStatus } = order;
      if (pluralOrderId === undefined || orderStatus !== 'authorized') {
        return { good: false, text: `Order ${number} has no reserved amount to ${action}.` };
      }
      const failure = await send(order, pluralOrderId, action);
      activityLog.write('admin', failure === undefined ? `${action} ${number}` : `${action} ${number}: ${failure}`);
      const isReconciled = await handler.settle(pluralOrderId).then(
        () => true,
        (error: unknown) => (report(error), false),
      );
      const after = (await orders.byNumber(number))?.orderStatus;
      if (after === 'paid' || after === 'cancelled') {
        return { good: after === (action === 'capture' ? 'paid' : 'cancelled'), text: `Order ${number} is ${after}.` };
      }
      return {
        good: false,
        text: isReconciled
          ? `Order ${number} is still reserved at Plural${failure === undefined ? '' : ` (${failure})`}. You can try again.`
          : `What happened to order ${number} is being checked. Please wait: the shop reads the order again automatically.`,
      };
    },
  };
}
