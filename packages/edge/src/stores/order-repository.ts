/**
 * Order records over any store: read, and changed by compare-and-set, so that two writers never overwrite each other.
 * Fails closed: where the store does not respond, or a record cannot be read, every method throws `STORE_FAILED`.
 */

import { isPluralError, PluralError } from '@plural-otp/core';
import { sha256, toBase64url } from '@plural-otp/core/internal';
import { TIMED_OUT, withTimeout, type HandlerTimers } from '../lib/timeout.ts';
import { getDueAtMs } from '../payment/check-schedule.ts';
import { isUndelivered, recordVersion, type OrderRecord } from '../payment/order-record.ts';
import { serializeRecord } from '../payment/record-capacity.ts';
import { expandRecord, getKeepSeconds, getReferenceKeepSeconds } from '../payment/record-serialization.ts';
import { isRecordShaped } from '../payment/record-shape.ts';
import { expireStaleAction } from '../payment/otp-action.ts';
import type { PaymentStore, SaveTerms, SqlQuery, StoredRecord } from './payment-store.ts';

const maxAttempts = 8;
const storeTimeoutMs = 3000;

/** Reads and changes order records. Every method throws `STORE_FAILED`. */
export interface OrderRepository {
  /** Returns the key of an order's record: a hash, so that a store shows no order id. */
  getKey(orderId: string): Promise<string>;
  /** Reads a record. Resolves to `undefined` when there is none. */
  read(key: string): Promise<OrderRecord | undefined>;
  /**
   * Reads a record, or begins one with `create`, changes it with `edit`, and saves it by compare-and-set. When another
   * writer was first, reads it and starts over, up to 8 times: `edit` may run several times. An `edit` that returns
   * `undefined` has changed nothing, and nothing is saved. It does not run where there is no record.
   */
  update<T>(
    key: string,
    edit: (record: OrderRecord) => T | undefined,
    options?: UpdateOptions,
  ): Promise<{ record: OrderRecord | undefined; result: T | undefined }>;
  /** Saves the payment that a reference stands for. */
  bindReference(reference: string, target: ReferenceTarget): Promise<void>;
  findReference(reference: string): Promise<ReferenceTarget | undefined>;
  /** Claims records that are due, until `untilMs`: no other claimer gets them before. */
  claim(nowMs: number, untilMs: number, limit: number): Promise<ClaimedOrder[]>;
  /**
   * Runs `work` in a transaction of the store, with a repository that reads and saves inside it; rolls back when `work`
   * rejects. Absent where the store has none.
   */
  transaction?<T>(work: TransactionWork<T>): Promise<T>;
}

/** Work in a transaction of the store. */
type TransactionWork<T> = (inside: Pick<OrderRepository, 'update'>, query: SqlQuery) => Promise<T>;

/** A claimed record; without `record` when nobody can read it. */
export interface ClaimedOrder {
  key: string;
  record: OrderRecord | undefined;
  /** Due time before the claim (epoch milliseconds). */
  dueAtMs?: number | undefined;
}

/** Options of {@link OrderRepository.update}. */
export interface UpdateOptions {
  /** Creates the record where there is none. */
  create?: () => OrderRecord;
  /**
   * The record as this repository returned it, `null` where there was none: the change is tried on it first, which
   * saves the read. It is left as it is. An `edit` that changes nothing may then have seen an older state.
   */
  known?: OrderRecord | null | undefined;
}

/** The payment that a reference stands for. */
export interface ReferenceTarget {
  orderId: string;
  paymentId: string;
}

interface SaveResult {
  /** False when another writer was first. */
  isSaved: boolean;
  /** Version of the saved value; absent where only the store knows it. */
  version: string | undefined;
}

interface OrderRepositoryOptions {
  store: PaymentStore;
  baseUrl: string;
  now: () => number;
  newId: () => string;
  timers: HandlerTimers;
  /** Days that a finished record is kept. */
  keepDays: number;
  /** Reports a failure of the store that changes nothing. */
  reportError: (error: unknown) => void;
}

/** Creates the repository of one Plural environment: another base URL has other keys. */
export function createOrderRepository(options: OrderRepositoryOptions): OrderRepository {
  const { store, baseUrl, now, newId, timers, keepDays, reportError } = options;
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

  /** Stored value of each returned record, so that a change of it needs no read. */
  const snapshots = new WeakMap<OrderRecord, StoredRecord>();

  const parseRecord = (stored: StoredRecord | undefined): OrderRecord | undefined => {
    if (!stored) return undefined;
    const record = parseStored<OrderRecord>(stored, (parsed) => {
      // A damaged mark would empty the members that the small form leaves out.
      const isMarked = [undefined, true].includes(parsed.isSmall);
      expandRecord(parsed);
      if (parsed.version !== recordVersion || !isMarked || !isRecordShaped(parsed)) return false;
      for (const entry of parsed.payments) expireStaleAction(entry, now());
      return true;
    });
    snapshots.set(record, stored);
    return record;
  };

  const save = async (key: string, value: string, terms: SaveTerms): Promise<SaveResult> => {
    try {
      const isSaved = await callStore(() => store.save(key, value, terms));
      return { isSaved, version: store.keepsVersions && terms.newVersion };
    } catch {
      // The store may have saved it all the same. No other writer makes an equal value, because each has its own
      // writeId.
      const found = await load(key);
      if (found?.value === value) return { isSaved: true, version: found.version };
      throw new PluralError('STORE_FAILED');
    }
  };

  /** Tells the store that a due time moved. A failure is reported only: a sweep finds the record all the same. */
  const notifySchedule = async (key: string, atMs: number | null): Promise<void> => {
    if (!store.schedule) return;
    try {
      await callStore(async () => store.schedule?.(key, atMs));
    } catch (error) {
      reportError(error);
    }
  };

  const hashKey = async (name: string): Promise<string> =>
    toBase64url(await sha256(`plural-otp|v1|${baseUrl}|${name}`));
  const referenceKey = (reference: string): Promise<string> => hashKey(`reference|${reference}`);

  return {
    getKey: hashKey,
    read: async (key) => parseRecord(await load(key)),
    async update(key, edit, { create, known } = {}) {
      let isInHand = known === null || (known !== undefined && snapshots.has(known));
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        // Exponential backoff with jitter, so that writers who collided do not collide again.
        if (attempt > 0) await timers.sleep(Math.random() * 20 * 2 ** Math.min(attempt, 4));
        const stored = isInHand ? known && snapshots.get(known) : await load(key);
        isInHand = false;
        const record = parseRecord(stored ?? undefined) ?? create?.();
        const previousDueAtMs = stored && record ? getDueAtMs(record) : null;
        const result = record && edit(record);
        if (!record || result === undefined) return { record, result };
        record.revision += 1;
        record.writeId = newId();
        const value = serializeRecord(record);
        if (value === undefined) break;
        const dueAtMs = getDueAtMs(record);
        const { isSaved, version } = await save(key, value, {
          version: stored?.version,
          newVersion: record.writeId,
          keepSeconds: getKeepSeconds(record, keepDays),
          dueAtMs,
          undelivered: record.payments.some(isUndelivered),
        });
        if (!isSaved) continue;
        if (version === undefined) snapshots.delete(record);
        else snapshots.set(record, { value, version });
        if (dueAtMs !== previousDueAtMs) await notifySchedule(key, dueAtMs);
        return { record, result };
      }
      throw new PluralError('STORE_FAILED');
    },
    async bindReference(reference, target) {
      const terms = { version: undefined, keepSeconds: getReferenceKeepSeconds(keepDays), dueAtMs: null };
      await save(await referenceKey(reference), JSON.stringify(target), terms);
    },
    async findReference(reference) {
      const stored = await load(await referenceKey(reference));
      return stored && parseStored<ReferenceTarget>(stored, ({ orderId }) => typeof orderId === 'string');
    },
    async claim(nowMs, untilMs, limit) {
      const claimed = await callStore(() => store.claim(nowMs, untilMs, limit));
      return claimed.map(({ key, dueAtMs, ...stored }) => {
        try {
          return { key, dueAtMs, record: parseRecord(stored) };
        } catch {
          return { key, dueAtMs, record: undefined };
        }
      });
    },
    ...(store.transaction && {
      async transaction<T>(work: TransactionWork<T>): Promise<T> {
        if (!store.transaction) throw new PluralError('STORE_FAILED');
        return store.transaction((inside) => {
          const insideStore: PaymentStore = {
            load: (key) => inside.load(key),
            save: (key, value, terms) => inside.save(key, value, terms),
            claim: (nowMs, untilMs, limit) => store.claim(nowMs, untilMs, limit),
          };
          return work(createOrderRepository({ ...options, store: insideStore }), inside.query);
        });
      },
    }),
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
