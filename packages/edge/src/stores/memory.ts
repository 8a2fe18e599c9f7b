/** The store in memory: for tests, development, and a shop that is one process. */

import { popDue, pushDue, type DueEntry } from './due-queue.ts';
import type { PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** Confirms that exactly one process takes payments, and that losing the records with it is acceptable. */
  singleProcess?: boolean;
  /** Returns the time in epoch milliseconds. @default Date.now */
  now?: () => number;
}

interface Row extends StoredRecord {
  keepUntilMs: number;
  undelivered: boolean;
  /** Place in the queue of due records; `undefined` when nothing is due. An entry no row has is out of date. */
  due: DueEntry | undefined;
}

interface Queues {
  undelivered: DueEntry[];
  other: DueEntry[];
}

const minSavesBetweenClears = 1000;
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
  let queues: Queues = { undelivered: [], other: [] };
  let saves = 0;
  let clearAtSave = minSavesBetweenClears;

  const isExpired = (row: Row): boolean => !row.due && row.keepUntilMs <= now();
  const getUnexpired = (key: string): Row | undefined => {
    const row = rows.get(key);
    return row && !isExpired(row) ? row : undefined;
  };
  const enqueue = (row: Row): void => {
    if (row.due) pushDue(row.undelivered ? queues.undelivered : queues.other, row.due);
  };
  /** Drops expired rows and outdated entries. Costs a step per row, so it runs once per as many saves. */
  const clear = (): void => {
    queues = { undelivered: [], other: [] };
    for (const [key, row] of rows) {
      if (isExpired(row)) rows.delete(key);
      else enqueue(row);
    }
    clearAtSave = saves + Math.max(minSavesBetweenClears, rows.size);
  };
  const write = (
    key: string,
    row: Omit<Row, 'version' | 'due'>,
    dueAtMs: number | null,
    newVersion?: string,
  ): string => {
    saves += 1;
    const version = newVersion ?? String(saves);
    const written = { ...row, version, due: dueAtMs === null ? undefined : { key, dueAtMs } };
    rows.set(key, written);
    enqueue(written);
    if (saves >= clearAtSave) clear();
    return version;
  };

  const store: PaymentStore = {
    keepsVersions: true,
    async load(key) {
      const row = getUnexpired(key);
      return row && { value: row.value, version: row.version };
    },
    async save(key: string, value: string, terms: SaveTerms) {
      const { version, newVersion, keepSeconds, dueAtMs, undelivered = false } = terms;
      if (getUnexpired(key)?.version !== version) return false;
      write(key, { value, keepUntilMs: now() + keepSeconds * 1000, undelivered }, dueAtMs, newVersion);
      return true;
    },
    async claim(nowMs, untilMs, limit) {
      const due: { entry: DueEntry; row: Row }[] = [];
      for (const queue of [queues.undelivered, queues.other]) {
        while (due.length < limit) {
          const entry = popDue(queue, nowMs);
          if (!entry) break;
          const row = rows.get(entry.key);
          if (row?.due === entry) due.push({ entry, row });
        }
      }
      // Written only now, so that a claim until a time that has come already does not return a record twice.
      return due.map(({ entry: { key, dueAtMs }, row }) => ({
        key,
        value: row.value,
        version: write(key, row, untilMs),
        dueAtMs,
      }));
    },
  };
  if (!singleProcess) processLocal.add(store);
  return store;
}
