import type { PaymentVerdict } from '@plural-otp/edge';
import type { SqlQuery } from '@plural-otp/edge/stores/sql';

/** Where the shop writes how each payment ended. */
export interface Verdicts {
  /** Writes the row of `verdict.key` unless it is there. Rejects when that is not certain: then it is called again. */
  save(verdict: PaymentVerdict): Promise<void>;
  /** The outcomes of an order, a row each. */
  listOutcomes(order: string): Promise<string[]>;
}

export const createVerdictTable = `CREATE TABLE IF NOT EXISTS verdicts (
  key TEXT PRIMARY KEY,
  order_reference TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  amount_paise INTEGER NOT NULL
);`;

/** Verdicts in SQLite or D1, beside the shop's orders. */
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
