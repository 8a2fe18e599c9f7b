/** Checks at the end, when every fault is over and days have passed: everything is told, nothing is left to do. */
import type { PaymentStore } from '@plural-otp/edge';
import type { Merchant } from '../actors/merchant.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';
import type { BankTruth } from './bank-truth.ts';

/** Checks that the merchant knows of every payment what it has to know. */
export function checkEveryPaymentTold(context: WalkContext, truth: BankTruth, merchant: Merchant): void {
  for (const order of truth.orders) {
    for (const payment of order.payments) {
      const expected = truth.expectedOutcomes(order, payment);
      const told = merchant.lastOutcome(payment.id);
      if (expected.includes(told)) continue;
      const [wanted = 'nothing'] = expected;
      context.violate(
        'every-payment-told',
        `${shortId(payment.id)} is ${payment.status} in an order ${order.status}: told ${told ?? 'nothing'}, not ${wanted}`,
      );
    }
  }
}

/** Checks that the merchant was told of every late payment whose webhook the shop answered with 2xx. */
export function checkAnsweredWebhooksTold(
  context: WalkContext,
  truth: BankTruth,
  merchant: Merchant,
  isAnswered: (orderId: string) => boolean,
): void {
  for (const order of truth.orders.filter(({ id }) => isAnswered(id))) {
    for (const payment of order.payments) {
      const told = merchant.lastOutcome(payment.id);
      const expected = truth.expectedOutcomes(order, payment);
      const hasMoney = payment.status === 'PROCESSED' || payment.status === 'AUTHORIZED';
      if (hasMoney && !expected.includes(told))
        context.violate('answered-webhook-told', `${shortId(payment.id)} was paid late: told ${told ?? 'nothing'}`);
    }
  }
}

/** Checks that the store holds nothing once every retention is over. */
export async function checkRecordsExpired(
  context: WalkContext,
  store: PaymentStore,
  keys: ReadonlySet<string>,
): Promise<void> {
  for (const key of keys) {
    if ((await store.load(key)) !== undefined) context.violate('records-expire', `${key} is still stored`);
  }
}
