/**
 * Order records over any store: read, and changed by compare-and-set, so that two writers never overwrite each other.
 * Fails closed: where the store does not respond, or a record cannot be read, every method throws `STORE_FAILED`.
 */

import { isPluralError, PluralError } from '@plural-otp/core';
import { sha256, toBase64url } from '@plural-otp/core/internal';
import { TIMED_OUT, withTimeout, type HandlerTimers } from '../lib/timeout.ts';
import { getDueAtMs } from '../payment/check-schedule.ts';
import {
  getKeepSeconds,
  isUndelivered,
  recordVersion,
  serializeRecord,
  type OrderRecord,
} from '../payment/order-record.ts';
import { expireStaleAction } from '../payment/otp-action.ts';
import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';

const maxAttempts = 8;
const storeTimeoutMs = 3000;
const referenceKeepSeconds = 120 * 86_400;

/** Reads and changes order records. Every method throws `STORE_FAILED`. */
export interface OrderRepository {
  /** Returns the key of an order's record: a hash, so that a store shows no order id. */
  getKey(orderId: string): Promise<string>;
  /** Reads a record. Resolves to `undefined` when there is none. */
  read(key: string): Promise<OrderRecord | undefined>;
  /**
   * Reads a record, or begins one with `create`, changes it with `edit`, and saves it by compare-and-set. When another
   * writer was first, starts over, up to 8 times: `edit` may run several times. An `edit` that returns `undefined` has
   * changed nothing, and nothing is saved. It does not run where there is no record.
   */
  update<T>(
    key: string,
    edit: (record: OrderRecord) => T | undefined,
    create?: () => OrderRecord,
  ): Promise<{ record: OrderRecord | undefined; result: T | undefined }>;
  /** Saves the payment that a reference stands for. */
  bindReference(reference: string, target: ReferenceTarget): Promise<void>;
  findReference(reference: string): Promise<ReferenceTarget | undefined>;
  /** Claims records that are due, until `untilMs`: no other claimer gets them before. */
  claim(nowMs: number, untilMs: number, limit: number): Promise<ClaimedRecord[]>;
}

/** The payment that a reference stands for. */
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

/** Creates the repository of one Plural environment: another base URL has other keys. */
export function createOrderRepository({ store, baseUrl, now, newId, timers }: OrderRepositoryOptions): OrderRepository {
  const callStore = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await withTimeout(timers, storeTimeoutMs, work());
      if (result !== TIMED_OUT) return result;
    } catch {
      // Swallowed, because the error of a driver may hold the record.
    }
    throw new PluralError('STORE_FAILED');
  };

  const load = (key: string): Promise<StoredRecord | undefined> => callStore(() => store.load(key));

  const parseRecord = (stored: StoredRecord | undefined): OrderRecord | undefined =>
    stored &&
    parseStored<OrderRecord>(stored, (record) => {
      for (const entry of record.payments) expireStaleAction(entry, now());
      return record.version === recordVersion;
    });

  const save = async (key: string, value: string, terms: SaveTerms): Promise<boolean> => {
    try {
      return await callStore(() => store.save(key, value, terms));
    } catch {
      // The store may have saved it all the same. No other writer makes an equal value, because each has its own
      // writeId.
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
        // Exponential backoff with jitter, so that writers who collided do not collide again.
        if (attempt > 0) await timers.sleep(Math.random() * 20 * 2 ** Math.min(attempt, 4));
        const stored = await load(key);
        const record = parseRecord(stored) ?? create?.();
        const result = record && edit(record);
        if (!record || result === undefined) return { record, result };
        record.revision += 1;
        record.writeId = newId();
        const value = serializeRecord(record);
        if (value === undefined) break;
        const terms = {
          version: stored?.version,
          keepSeconds: getKeepSeconds(record),
          dueAtMs: getDueAtMs(record),
          undelivered: record.payments.some(isUndelivered),
        };
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
      return stored && parseStored<ReferenceTarget>(stored, ({ orderId }) => typeof orderId === 'string');
    },
    claim: (nowMs, untilMs, limit) => callStore(() => store.claim(nowMs, untilMs, limit)),
  };
}

/**
 * Parses a stored value. Throws `STORE_FAILED` for one that is damaged or of another version. Such a record is never
 * rewritten, because that would reset its attempt counters.
 */
function parseStored<T>({ value }: StoredRecord, isReadable: (parsed: T) => boolean): T {
  try {
    const parsed = JSON.parse(value) as T;
    if (isReadable(parsed)) return parsed;
  } catch {
    // A value of another shape is as unreadable as one that is no JSON.
  }
  throw new PluralError('STORE_FAILED', {
    issues: [{ path: 'record', expected: `a record of version ${recordVersion}` }],
  });
}

/** Returns true when the store failed, which may pass; false for a record that it holds and nobody can read. */
export const isStoreFailure = (error: unknown): boolean =>
  isPluralError(error) && error.code === 'STORE_FAILED' && error.issues === undefined;
