/**
 * A store like the SQL stores: it uses the version that a save brings along, and may run the merchant's statements in
 * one transaction with its own. Written from the interface alone, so that the kit's own store in memory is not the only
 * one that walks meet.
 */
import type { PaymentStore, SaveTerms } from '@plural-otp/edge';

interface Row {
  readonly value: string;
  readonly version: string;
  readonly keepUntilMs: number;
  readonly dueAtMs: number | null;
  readonly isUndelivered: boolean;
}

/** A save of a transaction, with the version it replaces. */
interface PendingSave {
  readonly replaces: string | undefined;
  readonly row: Row;
}

/** Creates the store. `now`: its own clock (epoch milliseconds). */
export function createVersionKeepingStore(now: () => number): PaymentStore {
  const rows = new Map<string, Row>();
  let claims = 0;
  const find = (key: string): Row | undefined => {
    const row = rows.get(key);
    return row && (row.dueAtMs !== null || row.keepUntilMs > now()) ? row : undefined;
  };
  return {
    keepsVersions: true,
    async load(key) {
      return toStored(find(key));
    },
    async save(key, value, terms) {
      if (find(key)?.version !== terms.version) return false;
      rows.set(key, toRow(key, value, terms, now()));
      return true;
    },
    async claim(nowMs, untilMs, limit) {
      const due = [...rows].filter(([, { dueAtMs }]) => dueAtMs !== null && dueAtMs <= nowMs);
      due.sort(
        ([, one], [, other]) =>
          Number(other.isUndelivered) - Number(one.isUndelivered) || (one.dueAtMs ?? 0) - (other.dueAtMs ?? 0),
      );
      return due.slice(0, limit).map(([key, row]) => {
        claims += 1;
        const version = `claim-${claims}`;
        rows.set(key, { ...row, version, dueAtMs: untilMs });
        return { key, value: row.value, version, ...(row.dueAtMs !== null && { dueAtMs: row.dueAtMs }) };
      });
    },
  };
}

/** A statement of the merchant in a transaction: the key of the verdict whose effect it has. */
export type OnCommit = (verdictKey: string) => void;

/**
 * Adds transactions to a store. Saves and statements of a transaction take effect together when it commits, unless
 * another writer was first.
 */
export function addTransactions(store: PaymentStore, now: () => number, onCommit: OnCommit): PaymentStore {
  return {
    ...store,
    async transaction(work) {
      const pending = new Map<string, PendingSave>();
      const statements: string[] = [];
      const result = await work({
        load: async (key) => toStored(pending.get(key)?.row) ?? store.load(key),
        async save(key, value, terms) {
          const earlier = pending.get(key);
          const current = earlier ? earlier.row.version : (await store.load(key))?.version;
          if (current !== terms.version) return false;
          pending.set(key, { replaces: earlier ? earlier.replaces : current, row: toRow(key, value, terms, now()) });
          return true;
        },
        async query(_text, [verdictKey]) {
          statements.push(String(verdictKey));
          return [];
        },
      });
      for (const [key, { replaces, row }] of pending) {
        const { value, version: newVersion, keepUntilMs, dueAtMs, isUndelivered: undelivered } = row;
        const keepSeconds = (keepUntilMs - now()) / 1000;
        const terms = { version: replaces, newVersion, keepSeconds, dueAtMs, undelivered };
        if (!(await store.save(key, value, terms))) throw new Error('could not serialize access');
      }
      for (const verdictKey of statements) onCommit(verdictKey);
      return result;
    },
  };
}

const toStored = (row: Row | undefined): { value: string; version: string } | undefined =>
  row && { value: row.value, version: row.version };

function toRow(
  key: string,
  value: string,
  { newVersion = `${key}+${value.length}`, keepSeconds, dueAtMs, undelivered = false }: SaveTerms,
  nowMs: number,
): Row {
  const keepUntilMs = nowMs + keepSeconds * 1000;
  return { value, version: newVersion, keepUntilMs, dueAtMs, isUndelivered: undelivered };
}
