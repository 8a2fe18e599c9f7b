import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord, StoreTransaction } from '@plural-otp/edge';

interface Row extends StoredRecord {
  dueAtMs: number | null;
}

/**
 * A database with transactions, in memory: records, and the statements of the merchant that were committed. Keeps the
 * versions it is given. Transactions run side by side and conflict only over records.
 */
export class TestDatabase implements PaymentStore {
  readonly keepsVersions = true;
  readonly rows: Map<string, Row> = new Map();
  /** Statements that took effect, in order. */
  readonly committed: string[] = [];
  /** Calls of the store so far, by name. */
  readonly calls: string[] = [];
  /** Makes the next commits fail: before they take effect, or after it, as when the connection breaks. */
  commitFailure: 'before' | 'after' | undefined;

  async load(key: string): Promise<StoredRecord | undefined> {
    this.calls.push('load');
    return this.rows.get(key);
  }
  async save(key: string, value: string, terms: SaveTerms): Promise<boolean> {
    this.calls.push('save');
    if (this.rows.get(key)?.version !== terms.version) return false;
    this.rows.set(key, { value, version: terms.newVersion ?? '', dueAtMs: terms.dueAtMs });
    return true;
  }
  async claim(nowMs: number, untilMs: number, limit: number): Promise<ClaimedRecord[]> {
    const due = [...this.rows].filter(([, { dueAtMs }]) => dueAtMs !== null && dueAtMs <= nowMs);
    return due.slice(0, limit).map(([key, row]) => {
      const claimed = { ...row, version: crypto.randomUUID(), dueAtMs: untilMs };
      this.rows.set(key, claimed);
      return { key, value: row.value, version: claimed.version, ...(row.dueAtMs !== null && { dueAtMs: row.dueAtMs }) };
    });
  }
  async transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    const saves: (() => boolean)[] = [];
    const statements: string[] = [];
    const result = await work({
      load: async (key) => this.rows.get(key),
      save: async (key, value, terms) => {
        if (this.rows.get(key)?.version !== terms.version) return false;
        saves.push(() => {
          if (this.rows.get(key)?.version !== terms.version) return false;
          this.rows.set(key, { value, version: terms.newVersion ?? '', dueAtMs: terms.dueAtMs });
          return true;
        });
        return true;
      },
      query: async (text) => {
        statements.push(text);
        return [];
      },
    });
    if (this.commitFailure === 'before') throw new Error('connection lost');
    if (!saves.every((save) => save())) throw new Error('serialization failure');
    this.committed.push(...statements);
    if (this.commitFailure === 'after') throw new Error('connection lost');
    return result;
  }
}
