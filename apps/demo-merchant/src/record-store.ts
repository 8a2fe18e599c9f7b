import type { PaymentStore } from '@plural-otp/edge';
import { createTable, sqlStore } from '@plural-otp/edge/stores/sql';
import type { Database } from './database.ts';

/** Payments the shop has no verdict on yet. */
export interface Owed {
  readonly payments: number;
  /** When the first of them is looked at again; absent when there is none. */
  readonly nextLookAtMs?: number;
}

/** The tables the handler's records need, to be made when the file is opened. */
export const recordTables: string = createTable;

/** The handler's records in the shop's own file, so that one backup holds both. */
export function createRecordStore(database: Database, now: () => number): PaymentStore {
  return sqlStore((text, params) => Promise.resolve().then(() => database.all(text, ...params)), {
    placeholder: '?',
    now,
  });
}

/** Counts what is owed, from the index that the store keeps for it. */
export function owedIn(database: Database): Owed {
  const [row] = database.all(
    'SELECT count(*) AS payments, min(due_at_ms) AS next FROM plural_otp_payments WHERE due_at_ms IS NOT NULL',
  );
  const next = row?.['next'];
  return { payments: Number(row?.['payments'] ?? 0), ...(typeof next === 'number' && { nextLookAtMs: next }) };
}
