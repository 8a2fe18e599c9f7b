/** Counts of the calls that a backend made, apart from those of other clients of the same sandbox. */
import type { CallCounts, OrderState, SandboxControl } from './sandbox.ts';

/** Operations that change nothing: a backend may read as often as it likes. */
const reads: ReadonlySet<string> = new Set(['getToken', 'getOrder', 'getOrderByReference']);

/**
 * Runs a function and returns the number of calls meanwhile about the orders of a case, by operation, except reads.
 * `otherOrders` are the orders that the same shop, by its callback URL, created beyond them.
 */
export async function countCalls(
  sandbox: SandboxControl,
  references: ReadonlySet<string>,
  run: () => Promise<unknown>,
): Promise<CallCounts> {
  const before = await countByOrder(sandbox, references);
  const known = new Set((await sandbox.orders()).map(({ order }) => order.order_id));
  await run();
  const after = await countByOrder(sandbox, references);
  const latest = await sandbox.orders();
  const callbacks = new Set(latest.filter(({ order }) => references.has(order.merchant_order_reference)).map(toShop));
  const added = latest.filter(
    (state) =>
      !known.has(state.order.order_id) &&
      !references.has(state.order.merchant_order_reference) &&
      callbacks.has(toShop(state)),
  );
  return { ...subtractCalls(after, before), ...(added.length > 0 && { otherOrders: added.length }) };
}

/** Returns the number of calls between two counts, by operation, except reads; without operations that had none. */
export function subtractCalls(after: CallCounts, before: CallCounts): CallCounts {
  const names = Object.keys(after).filter((name) => !reads.has(name));
  const differences = names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, count]) => count > 0));
}

/** The shop that created an order; a unique value where the order does not say. */
const toShop = ({ order }: OrderState): string => order.callback_url ?? order.order_id;

async function countByOrder(sandbox: SandboxControl, references: ReadonlySet<string>): Promise<CallCounts> {
  const sums: Record<string, number> = {};
  for (const reference of references)
    for (const [name, count = 0] of Object.entries((await sandbox.find(reference))?.calls ?? {}))
      sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
