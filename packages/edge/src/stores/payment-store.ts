/** The store of order records: the interface that every engine implements. */

/** One stored value and the version it was read at. */
export interface StoredRecord {
  /** JSON, at most 8 KiB. */
  value: string;
  /** Changes with each save and each claim, and never repeats for a key, even after expiry. */
  version: string;
}

/** A record that was claimed. */
export interface ClaimedRecord extends StoredRecord {
  key: string;
  /** Due time before the claim (epoch milliseconds). */
  dueAtMs?: number;
}

/** Terms of a save. */
export interface SaveTerms {
  /** Version that was read; `undefined` when there was no record. */
  version: string | undefined;
  /** Seconds the record is kept after this save. A record with a due time is kept until that is cleared. */
  keepSeconds: number;
  /** Time of the record's next check (epoch milliseconds); `null` when none is needed. */
  dueAtMs: number | null;
  /** True when a verdict waits for its delivery: `claim` returns such records first. */
  undelivered?: boolean;
  /** Version for this value, unique to this save. Used by stores that state `keepsVersions`. */
  newVersion?: string;
}

/** Result columns by name, as database drivers return them. */
export type SqlRow = Record<string, unknown>;

/** Runs one SQL statement with its parameters and returns its rows, also those of `RETURNING`. */
export type SqlQuery = (text: string, params: readonly (string | number | null)[]) => Promise<readonly SqlRow[]>;

/** A database transaction of a store. */
export interface StoreTransaction extends Pick<PaymentStore, 'load' | 'save'> {
  /** Runs a statement of the merchant in the transaction. */
  readonly query: SqlQuery;
}

/**
 * Stores the records: one per order, with an entry per payment. A rejected promise means the store failed; the handler
 * then sends nothing to Plural.
 */
export interface PaymentStore {
  /** Returns the newest value of a key, or `undefined`. */
  load(key: string): Promise<StoredRecord | undefined>;
  /**
   * Saves by compare-and-set, linearizable per key. Resolves to `false` when another writer was first and nothing was
   * written.
   */
  save(key: string, value: string, terms: SaveTerms): Promise<boolean>;
  /**
   * Returns up to `limit` records whose due time has passed, those with an undelivered verdict first, then the oldest
   * first. In the same step it moves the due time of each to `untilMs` and changes its version, whatever the value
   * holds: two claimers never get the same record, and an unreadable one does not come first forever. May return a
   * record too often, never too rarely.
   */
  claim(nowMs: number, untilMs: number, limit: number): Promise<ClaimedRecord[]>;
  /** True when the store uses `newVersion` of a save as the version of its value. */
  readonly keepsVersions?: true;
  /**
   * Notes that a due time moved, for an engine that calls `handler.wake` by itself. A sweep remains necessary as a
   * safety net.
   */
  schedule?(key: string, atMs: number | null): Promise<void>;
  /** Runs `work` in a database transaction that commits when it resolves, and rolls back when it rejects. */
  transaction?<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
}
