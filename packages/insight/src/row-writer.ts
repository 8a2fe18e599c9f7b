/** Collects rows and writes them together, again where the store fails for a moment. */

import { mergeRows, type PaymentRow } from './payment-row.ts';

/** Options of {@link createRowWriter}. */
export interface RowWriterOptions {
  /** Rows that wait while others are written, at most. */
  maxWaiting: number;
  /** Writes rows. May be called with the same rows again. */
  write: (rows: readonly PaymentRow[]) => Promise<void>;
  /** Receives the number of rows that are given up. */
  onFailure: (count: number, error: unknown) => void;
}

/** Writes rows in turn. */
export interface RowWriter {
  /** Puts a row aside, merged into what waits of the same payment. Returns false where too many wait. */
  add(row: PaymentRow): boolean;
  /** Writes what waits. Settles once nothing does. Never rejects. */
  flush(): Promise<void>;
}

/** Pauses after which rows are written again. After the last they are lost, because what comes in has to be bounded. */
const pausesMs = [250, 1000, 4000];

/** Creates a writer. */
export function createRowWriter({ maxWaiting, write, onFailure }: RowWriterOptions): RowWriter {
  let waiting = new Map<string, PaymentRow>();
  let flushing: Promise<void> | undefined;

  async function writeOrGiveUp(rows: readonly PaymentRow[]): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await write(rows);
      } catch (error) {
        const pauseMs = pausesMs[failures];
        if (pauseMs === undefined) return onFailure(rows.length, error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  async function flush(): Promise<void> {
    // First, so that a flush with nothing to write does not end before it is noted: nothing would be written after it.
    await Promise.resolve();
    while (waiting.size > 0) {
      const rows = [...waiting.values()];
      waiting = new Map();
      await writeOrGiveUp(rows);
    }
    flushing = undefined;
  }

  return {
    add(row) {
      const known = waiting.get(row.id);
      if (!known && waiting.size >= maxWaiting) return false;
      waiting.set(row.id, known ? mergeRows(known, row) : row);
      return true;
    },
    flush: () => (flushing ??= flush()),
  };
}
