/** Storage of verdicts, one row for each key. */

import type { PaymentVerdict } from '@plural-otp/edge';
import type { SqlQuery } from '@plural-otp/edge/stores/sql';

/** Storage of payment outcomes. */
export interface Verdicts {
  /** Inserts a row for `verdict.key` unless it exists. Rejects if that is uncertain; the handler then retries. */
  save(verdict: PaymentVerdict): Promise<void>;
  /** Returns the outcomes of an order, one for each row. */
  listOutcomes(order: string): Promise<string[]>;
}

/** SQL that creates the table. */
export const createVerdictTable = `CREATE TABLE IF NOT EXISTS verdicts (
  key TEXT PRIMARY KEY,
  order_reference TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  amount_paise INTEGER NOT NULL
);`;

/** Creates the storage in SQLite or D1, next to the shop's orders. */
export function sqlVerdicts(query: SqlQuery): Verdicts {
  return {
    async save({ key, merchantOrderReference, paymentId, outcome, amount }) {
      const row = [key, merchantOrderReference, paymentId, outcome, amount.value];
      await query('INSERT INTO verdicts VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING', row);
    },
    async listOutcomes(order) {
      const rows = await query('SELECT outcome FROM verdicts WHERE order_reference = ?', [order]);
      return rows.map((row) => String(row['outcome']));
    },
  };
}
