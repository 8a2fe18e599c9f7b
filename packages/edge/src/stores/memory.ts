/** The store in memory: for tests, development, and a shop that is one process. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** Confirms that exactly one process takes payments, and that losing the records with it is acceptable. */
  singleProcess?: boolean;
  /** Returns the time in epoch milliseconds. @default Date.now */
  now?: () => number;
}

interface Row extends StoredRecord {
  keepUntilMs: number;
  dueAtMs: number | null;
  undelivered: boolean;
}

const compareDue = (one: Row, other: Row): number =>
  Number(other.undelivered) - Number(one.undelivered) || (one.dueAtMs ?? 0) - (other.dueAtMs ?? 0);

const savesBetweenSweeps = 1000;
const processLocal = new WeakSet<PaymentStore>();

/**
 * Returns true for a memory store without `singleProcess`: several processes would each count attempts on their own.
 */
export const lacksSingleProcessConsent = (store: PaymentStore): boolean => processLocal.has(store);

/**
 * Creates a store that keeps the records in this process. A handler in production rejects it unless `singleProcess` is
 * true.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@plural-otp/edge';
 *
 * export const store = memoryStore({ singleProcess: true });
 * ```
 */
export function memoryStore({ singleProcess = false, now = Date.now }: MemoryStoreOptions = {}): PaymentStore {
  const rows = new Map<string, Row>();
  let saves = 0;

  const isExpired = (row: Row): boolean => row.dueAtMs === null && row.keepUntilMs <= now();
  const getUnexpired = (key: string): Row | undefined => {
    const row = rows.get(key);
    return row && !isExpired(row) ? row : undefined;
  };

  const store: PaymentStore = {
    async load(key) {
      const row = getUnexpired(key);
      return row && { value: row.value, version: row.version };
    },
    async save(key: string, value: string, { version, keepSeconds, dueAtMs, undelivered = false }: SaveTerms) {
      if (getUnexpired(key)?.version !== version) return false;
      saves += 1;
      rows.set(key, { value, version: String(saves), keepUntilMs: now() + keepSeconds * 1000, dueAtMs, undelivered });
      if (saves % savesBetweenSweeps === 0) for (const [old, row] of rows) if (isExpired(row)) rows.delete(old);
      return true;
    },
    async claim(nowMs, untilMs, limit) {
      const found: ClaimedRecord[] = [];
      const isDue = ({ dueAtMs }: Row): boolean => dueAtMs !== null && dueAtMs <= nowMs;
      const due = [...rows].filter(([, row]) => isDue(row)).sort(([, one], [, other]) => compareDue(one, other));
      for (const [key, row] of due.slice(0, limit)) {
        const dueAtMs = row.dueAtMs ?? undefined;
        saves += 1;
        rows.set(key, { ...row, version: String(saves), dueAtMs: untilMs });
        found.push({ key, value: row.value, version: String(saves), ...(dueAtMs !== undefined && { dueAtMs }) });
      }
      return found;
    },
  };
  if (!singleProcess) processLocal.add(store);
  return store;
}
