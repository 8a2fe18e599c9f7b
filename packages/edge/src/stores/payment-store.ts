/** One stored value and the version it was read at. */
export interface StoredRecord {
  /** JSON, at most 8 KiB. */
  value: string;
  /** Changes with each save and never repeats for a key, even after expiry. */
  version: string;
}

/** Terms of a save. */
export interface SaveTerms {
  /** Version that was read; `undefined` when there was no record. */
  version: string | undefined;
  /** Seconds the record is kept after this save. A record with a due time is kept until that is cleared. */
  keepSeconds: number;
  /** Time of the record's next check (epoch milliseconds); `null` when none is needed. */
  dueAtMs: number | null;
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
  /** Lists keys whose due time has passed, oldest first. May list a key too often, never too rarely. */
  due(nowMs: number, limit: number): Promise<string[]>;
}
