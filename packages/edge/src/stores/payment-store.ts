/** One stored value and the version it was read at. */
export interface StoredRecord {
  /** JSON, at most 8 KiB. */
  value: string;
  /** Changes with each save and never repeats for a key, even after expiry. */
  version: string;
}

/** What goes with a value when it is saved. */
export interface SaveTerms {
  /** The version that was read; `undefined` when there was no record. */
  version: string | undefined;
  /** How long the record is kept after this save. One with a due time is kept until that is cleared. */
  keepSeconds: number;
  /** When the record wants to be looked at again (epoch ms); `null` when nothing is owed. */
  dueAtMs: number | null;
}

/**
 * Where the records lie: one per order, an entry per payment inside.
 * A rejected promise means the store failed; the handler then sends nothing to Plural.
 */
export interface PaymentStore {
  /** The newest value of a key, or `undefined`. */
  load(key: string): Promise<StoredRecord | undefined>;
  /** Compare-and-set, linearizable per key. `false`: someone else was first, and nothing was written. */
  save(key: string, value: string, terms: SaveTerms): Promise<boolean>;
  /** Keys whose due time has passed, oldest first. May name a key too often, never too seldom. */
  due(nowMs: number, limit: number): Promise<string[]>;
}
