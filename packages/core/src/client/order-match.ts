/** Compares the order that `createOrder` got with the one that was to be created. Pure. */

import type { Issue } from '../errors/plural-error.ts';
import type { CreateOrderBody, Order } from '../wire/order.ts';

/**
 * Returns the members in which `order` differs from the order to create; none when it is the same.
 *
 * A reference that was used before gives its old order, whatever the new body says. An amount that is missing or cannot
 * be read equals nothing; a `pre_auth` that is missing is taken as asked for.
 */
export function orderDifferences(order: Order, wanted: CreateOrderBody): Issue[] {
  const found = order.order_amount;
  const issues: Issue[] = [];
  const check = (isSame: boolean, path: string, expected: string): void => {
    if (!isSame) issues.push({ path, expected });
  };
  // Refunds are found by references too.
  check(order.type?.toUpperCase() !== 'REFUND', 'merchant_order_reference', 'a reference that no refund has');
  check(found?.value === wanted.order_amount.value, 'order_amount.value', 'the amount of the existing order');
  check(
    found?.currency === wanted.order_amount.currency,
    'order_amount.currency',
    'the currency of the existing order',
  );
  const preAuth = wanted.pre_auth ?? false;
  check((order.pre_auth ?? preAuth) === preAuth, 'pre_auth', 'the pre_auth of the existing order');
  return issues;
}
