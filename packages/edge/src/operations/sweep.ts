import type { Parts } from '../context.ts';
import { leadingEntry, scheduleNextLook } from '../payment/order-record.ts';
import { settleRecord } from '../reconciliation/reconcile-order.ts';

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

const atOnce = 4;

/**
 * Looks at every payment that is owed its verdict and due. Call it every 30 seconds or so, in any number of processes:
 * it is what makes verdicts certain. Throws `STORE_FAILED`; an order that cannot be read waits for the next look.
 */
export async function sweep(parts: Parts, { limit = 50, signal }: SweepOptions = {}): Promise<SweepResult> {
  const keys = await parts.ledger.due(parts.now(), limit);
  const result: SweepResult = { checked: 0, delivered: 0, stillOpen: 0 };
  const worker = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (signal?.aborted) return;
      await lookAt(parts, key, result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return result;
}

async function lookAt(parts: Parts, key: string, result: SweepResult): Promise<void> {
  const { ledger, now } = parts;
  try {
    // Moved before the look, so that another sweep leaves it alone and a crash only delays it.
    const { result: gaveUp } = await ledger.change(key, (draft) =>
      draft.dueAtMs === null || draft.dueAtMs > now() ? undefined : scheduleNextLook(draft, now()),
    );
    if (gaveUp === undefined) return;
    result.checked += 1;
    const settled = await settleRecord(parts, key, 'sweep');
    const deliveries = (await settled?.deliveries) ?? [];
    result.delivered += deliveries.filter((delivery) => delivery === 'delivered').length;
    const after = await ledger.read(key);
    if (after && after.dueAtMs !== null) result.stillOpen += 1;
    if (gaveUp && after?.payments.some(({ verdict }) => !verdict)) {
      parts.report('ORDER_STILL_OPEN', { entry: leadingEntry(after) });
    }
  } catch (error) {
    parts.reportError(error);
    result.stillOpen += 1;
  }
}
