import type { ClaimedRecord, PaymentStore } from '@plural-otp/edge';

type Key = (string | number)[];
interface Kv {
  get(key: Key): Promise<{ key: unknown; value: unknown; versionstamp: string | null }>;
  list(range: { start: Key; end: Key }, options: { limit: number }): AsyncIterable<{ value: unknown }>;
  atomic(): Atomic;
}
interface Atomic {
  check(entry: { key: Key; versionstamp: string | null }): Atomic;
  set(key: Key, value: unknown, options?: { expireIn: number }): Atomic;
  delete(key: Key): Atomic;
  commit(): Promise<{ ok: boolean; versionstamp?: string }>;
}
interface Row {
  value: string;
  keepUntilMs: number;
  dueAtMs: number | null;
}

export function denoKvStore(kv: Kv, now: () => number = Date.now): PaymentStore {
  const recordAt = (key: string): Key => ['plural-otp', 'record', key];
  const dueAt = (dueAtMs: number, ...key: string[]): Key => ['plural-otp', 'due', dueAtMs, ...key];
  const read = async (key: string) => {
    const { value, versionstamp } = await kv.get(recordAt(key));
    const row = value as Row | null;
    const isUnexpired = row !== null && (row.dueAtMs !== null || row.keepUntilMs > now());
    return { row, versionstamp, version: isUnexpired ? (versionstamp ?? undefined) : undefined };
  };
  return {
    async load(key) {
      const { row, version } = await read(key);
      return row && version !== undefined ? { value: row.value, version } : undefined;
    },
    async save(key, value, { version, keepSeconds, dueAtMs }) {
      const stored = await read(key);
      if (stored.version !== version) return false;
      const keepMs = keepSeconds * 1000;
      const row: Row = { value, keepUntilMs: now() + keepMs, dueAtMs };
      const change = kv.atomic().check({ key: recordAt(key), versionstamp: stored.versionstamp });
      // The engine frees expired records; a record that is due never expires.
      change.set(recordAt(key), row, ...(dueAtMs === null ? [{ expireIn: keepMs }] : []));
      if (stored.row && stored.row.dueAtMs !== null) change.delete(dueAt(stored.row.dueAtMs, key));
      if (dueAtMs !== null) change.set(dueAt(dueAtMs, key), key);
      return (await change.commit()).ok;
    },
    async claim(nowMs, untilMs, limit) {
      const claimed: ClaimedRecord[] = [];
      // Up to the next millisecond, so that a record that is due right now is listed.
      const range = { start: dueAt(-Infinity), end: dueAt(nowMs + 1) };
      for await (const { value } of kv.list(range, { limit })) {
        const key = String(value);
        const { row, versionstamp } = await read(key);
        if (!row || row.dueAtMs === null) continue;
        const change = kv.atomic().check({ key: recordAt(key), versionstamp });
        change.set(recordAt(key), { ...row, dueAtMs: untilMs });
        change.delete(dueAt(row.dueAtMs, key)).set(dueAt(untilMs, key), key);
        // A record that another writer changed meanwhile stays due.
        const { ok, versionstamp: version } = await change.commit();
        if (ok && version !== undefined) claimed.push({ key, value: row.value, version, dueAtMs: row.dueAtMs });
      }
      return claimed;
    },
  };
}
