import type { HandlerContext } from '../context.ts';
import { findLeadingEntry, scheduleNextCheck } from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';

export interface SweepOptions {
  /** How many orders to look at, at most. @default 50 */
  limit?: number;
  /** Stops before the next order. */
  signal?: AbortSignal;
}

/** What a sweep did. */
export interface SweepResult {
  checked: number;
  /** Verdicts that were delivered. */
  delivered: number;
  /** Orders that are to be looked at again. */
  stillOpen: number;
}

const concurrency = 4;

/**
 * Looks at every payment that is owed its verdict and due. Call it every 30 seconds or so, in any number of processes:
 * it is what makes verdicts certain. Throws `STORE_FAILED`; an order that cannot be read waits for the next look.
 */
export async function sweep(context: HandlerContext, { limit = 50, signal }: SweepOptions = {}): Promise<SweepResult> {
  const keys = await context.repository.due(context.now(), limit);
  const result: SweepResult = { checked: 0, delivered: 0, stillOpen: 0 };
  const worker = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (signal?.aborted) return;
      await checkOrder(context, key, result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return result;
}

async function checkOrder(context: HandlerContext, key: string, result: SweepResult): Promise<void> {
  const { repository, now } = context;
  try {
    // Moved before the look, so that another sweep leaves it alone and a crash only delays it.
    const { result: isLastCheck } = await repository.update(key, (draft) =>
      draft.dueAtMs === null || draft.dueAtMs > now() ? undefined : scheduleNextCheck(draft, now()),
    );
    if (isLastCheck === undefined) return;
    result.checked += 1;
    const reconciliation = await reconcileOrder(context, key, 'sweep');
    const deliveries = (await reconciliation?.deliveries) ?? [];
    result.delivered += deliveries.filter((delivery) => delivery === 'delivered').length;
    const after = await repository.read(key);
    if (after && after.dueAtMs !== null) result.stillOpen += 1;
    if (isLastCheck && after?.payments.some(({ verdict }) => !verdict)) {
      context.report('ORDER_STILL_OPEN', { entry: findLeadingEntry(after) });
    }
  } catch (error) {
    context.reportError(error);
    result.stillOpen += 1;
  }
}
