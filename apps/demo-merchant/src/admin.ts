import { isPluralError, type Plural } from '@plural-otp/core';
import type { OtpHandler } from '@plural-otp/edge';
import type { ActivityLog } from './activity-log.ts';
import type { Orders, ShopOrder } from './orders.ts';
import type { AdminPage } from './pages/admin.ts';

export interface AdminDeps {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly activityLog: ActivityLog;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

type AdminAction = 'capture' | 'cancel';

/** What the merchant can see and do. */
export interface Admin {
  getPage(message?: AdminPage['message']): Promise<AdminPage>;
  /** Looks at everything that is due; what it finds reaches the orders as verdicts. */
  sweep(signal?: AbortSignal): Promise<NonNullable<AdminPage['lastSweep']>>;
  /** Captures or cancels a reserved amount. Whatever the answer was, the order is read afterwards and has the last word. */
  perform(order: ShopOrder, perform: AdminAction): Promise<NonNullable<AdminPage['message']>>;
}

const shownOrders = 50;
const shownEntries = 25;

export function createAdmin({ plural, handler, orders, activityLog, now, report }: AdminDeps): Admin {
  let lastSweep: AdminPage['lastSweep'];

  const send = async (order: ShopOrder, orderId: string, action: AdminAction): Promise<string | undefined> => {
    try {
      // The reference is made of the order's number, so that pressing twice can never capture twice.
      if (action === 'capture')
        await plural.captureOrder(orderId, { merchant_capture_reference: `${order.number}-capture` });
      else await plural.cancelOrder(orderId);
      return undefined;
    } catch (error) {
      report(error);
      return isPluralError(error) ? error.code : 'an error';
    }
  };

  return {
    async getPage(message) {
      const [latest, pendingCount, activity] = await Promise.all([
        orders.latest(shownOrders),
        orders.countPending(),
        activityLog.latest(shownEntries),
      ]);
      return { orders: latest, pendingCount, lastSweep, activity, message };
    },
    async sweep(signal) {
      lastSweep = { ...(await handler.sweep(signal === undefined ? {} : { signal })), atMs: now() };
      return lastSweep;
    },
    async perform(order, action) {
      const { number, pluralOrderId, orderStatus } = order;
      if (pluralOrderId === undefined || orderStatus !== 'authorized') {
        return { good: false, text: `Order ${number} has nothing reserved, so there is nothing to ${action}.` };
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
          ? `Order ${number} is still reserved at Plural${failure === undefined ? '' : ` (${failure})`}. You may try again.`
          : `What became of order ${number} could not be read. Do nothing yet: it is looked up again by itself.`,
      };
    },
  };
}
