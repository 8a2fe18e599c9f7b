import { isPluralError, type Plural } from '@plural-otp/core';
import type { OtpHandler } from '@plural-otp/edge';
import type { Journal } from './activity-log.ts';
import type { Orders, ShopOrder } from './orders.ts';
import type { DeskPage } from './pages/admin.ts';

export interface DeskParts {
  readonly plural: Plural;
  readonly handler: OtpHandler;
  readonly orders: Orders;
  readonly journal: Journal;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

type DeskAct = 'capture' | 'cancel';

/** What the merchant can see and do. */
export interface Desk {
  page(message?: DeskPage['message']): Promise<DeskPage>;
  /** Looks at everything that is due; what it finds reaches the orders as verdicts. */
  sweep(signal?: AbortSignal): Promise<NonNullable<DeskPage['lastSweep']>>;
  /** Captures or cancels a reserved amount. Whatever the answer was, the order is read afterwards and has the last word. */
  act(order: ShopOrder, act: DeskAct): Promise<NonNullable<DeskPage['message']>>;
}

const shownOrders = 50;
const shownEntries = 25;

export function createDesk({ plural, handler, orders, journal, now, report }: DeskParts): Desk {
  let lastSweep: DeskPage['lastSweep'];

  const send = async (order: ShopOrder, orderId: string, act: DeskAct): Promise<string | undefined> => {
    try {
      // The reference is made of the order's number, so that pressing twice can never capture twice.
      if (act === 'capture')
        await plural.captureOrder(orderId, { merchant_capture_reference: `${order.number}-capture` });
      else await plural.cancelOrder(orderId);
      return undefined;
    } catch (error) {
      report(error);
      return isPluralError(error) ? error.code : 'an error';
    }
  };

  return {
    async page(message) {
      const [latest, owed, entries] = await Promise.all([
        orders.latest(shownOrders),
        orders.owed(),
        journal.latest(shownEntries),
      ]);
      return { orders: latest, owed, lastSweep, journal: entries, message };
    },
    async sweep(signal) {
      lastSweep = { ...(await handler.sweep(signal === undefined ? {} : { signal })), atMs: now() };
      return lastSweep;
    },
    async act(order, act) {
      const { number, pluralOrderId, standing } = order;
      if (pluralOrderId === undefined || standing !== 'authorized') {
        return { good: false, text: `Order ${number} has nothing reserved, so there is nothing to ${act}.` };
      }
      const failure = await send(order, pluralOrderId, act);
      journal.write('desk', failure === undefined ? `${act} ${number}` : `${act} ${number}: ${failure}`);
      const settled = await handler.settle(pluralOrderId).then(
        () => true,
        (error: unknown) => (report(error), false),
      );
      const after = (await orders.byNumber(number))?.standing;
      if (after === 'paid' || after === 'cancelled') {
        return { good: after === (act === 'capture' ? 'paid' : 'cancelled'), text: `Order ${number} is ${after}.` };
      }
      return {
        good: false,
        text: settled
          ? `Order ${number} is still reserved at Plural${failure === undefined ? '' : ` (${failure})`}. You may try again.`
          : `What became of order ${number} could not be read. Do nothing yet: it is looked up again by itself.`,
      };
    },
  };
}
