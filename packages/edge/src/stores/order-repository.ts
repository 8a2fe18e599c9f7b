import { isPluralError, PluralError } from '@plural-otp/core';
import { sha256, toBase64url } from '@plural-otp/core/internal';
import { getKeepSeconds, serializeRecord, type OrderRecord } from '../payment/order-record.ts';
import { expireStaleAction } from '../payment/otp-action.ts';
import type { PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';
import { TIMED_OUT, withTimeout, type HandlerTimers } from '../lib/timeout.ts';

const maxAttempts = 8;
const storeTimeoutMs = 3000;
const referenceKeepSeconds = 120 * 86_400;

/** The records, read and changed safely. Every method throws `STORE_FAILED` when the store does not do its part. */
export interface OrderRepository {
  getKey(orderId: string): Promise<string>;
  read(key: string): Promise<OrderRecord | undefined>;
  /**
   * Reads the record, or begins one with `make`, lets `edit` change it, and saves it if nobody was first; else once
   * more from the start, so `edit` may run several times. One that gives `undefined` has changed nothing, and nothing
   * is saved. It does not run where there is no record.
   */
  update<T>(
    key: string,
    edit: (record: OrderRecord) => T | undefined,
    create?: () => OrderRecord,
  ): Promise<{ record: OrderRecord | undefined; result: T | undefined }>;
  /** Remembers which payment a reference stands for. */
  bindReference(reference: string, target: ReferenceTarget): Promise<void>;
  findReference(reference: string): Promise<ReferenceTarget | undefined>;
  due(nowMs: number, limit: number): Promise<string[]>;
}

/** What a reference stands for. */
export interface ReferenceTarget {
  orderId: string;
  paymentId: string;
}

interface OrderRepositoryOptions {
  store: PaymentStore;
  baseUrl: string;
  now: () => number;
  newId: () => string;
  timers: HandlerTimers;
}

export function createOrderRepository({ store, baseUrl, now, newId, timers }: OrderRepositoryOptions): OrderRepository {
  /** What the store answers, or `STORE_FAILED` when it throws or takes too long. */
  const callStore = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await withTimeout(timers, storeTimeoutMs, work());
      if (result !== TIMED_OUT) return result;
    } catch {
      // What a driver throws may hold the record; nothing of it goes on.
    }
    throw new PluralError('STORE_FAILED');
  };

  const load = (key: string): Promise<StoredRecord | undefined> => callStore(() => store.load(key));

  const parseRecord = (stored: StoredRecord | undefined): OrderRecord | undefined => {
    if (!stored) return undefined;
    const record = JSON.parse(stored.value) as OrderRecord;
    for (const entry of record.payments) expireStaleAction(entry, now());
    return record;
  };

  const save = async (key: string, value: string, terms: SaveTerms): Promise<boolean> => {
    try {
      return await callStore(() => store.save(key, value, terms));
    } catch {
      // The store may have saved it all the same. No other writer makes an equal value: each has its own writeId.
      if ((await load(key))?.value === value) return true;
      throw new PluralError('STORE_FAILED');
    }
  };

  const hashKey = async (name: string): Promise<string> =>
    toBase64url(await sha256(`plural-otp|v1|${baseUrl}|${name}`));
  const referenceKey = (reference: string): Promise<string> => hashKey(`reference|${reference}`);

  return {
    getKey: hashKey,
    read: async (key) => parseRecord(await load(key)),
    async update(key, edit, create) {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        if (attempt > 0) await timers.sleep(Math.random() * 20 * 2 ** Math.min(attempt, 4));
        const stored = await load(key);
        const record = parseRecord(stored) ?? create?.();
        const result = record && edit(record);
        if (!record || result === undefined) return { record, result };
        record.revision += 1;
        record.writeId = newId();
        const value = serializeRecord(record);
        if (value === undefined) break;
        const terms = { version: stored?.version, keepSeconds: getKeepSeconds(record), dueAtMs: record.dueAtMs };
        if (await save(key, value, terms)) return { record, result };
      }
      throw new PluralError('STORE_FAILED');
    },
    async bindReference(reference, target) {
      const terms = { version: undefined, keepSeconds: referenceKeepSeconds, dueAtMs: null };
      await save(await referenceKey(reference), JSON.stringify(target), terms);
    },
    async findReference(reference) {
      const stored = await load(await referenceKey(reference));
      return stored && (JSON.parse(stored.value) as ReferenceTarget);
    },
    due: (nowMs, limit) => callStore(() => store.due(nowMs, limit)),
  };
}

/** Whether an error says that the store failed. */
export const isStoreFailure = (error: unknown): boolean => isPluralError(error) && error.code === 'STORE_FAILED';
