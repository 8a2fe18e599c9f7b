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
  undelivered: boolean;
}

export function denoKvStore(kv: Kv, now: () => number = Date.now): PaymentStore {
  const recordAt = (key: string): Key => ['plural-otp', 'record', key];
  // Undelivered verdicts are a range of their own, which comes first.
  const dueAt = (undelivered: boolean, dueAtMs: number, ...key: string[]): Key => [
    'plural-otp',
    undelivered ? 'undelivered' : 'due',
    dueAtMs,
    ...key,
  ];
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
    async save(key, value, { version, keepSeconds, dueAtMs, undelivered = false }) {
      const stored = await read(key);
      if (stored.version !== version) return false;
      const keepMs = keepSeconds * 1000;
      const row: Row = { value, keepUntilMs: now() + keepMs, dueAtMs, undelivered };
      const change = kv.atomic().check({ key: recordAt(key), versionstamp: stored.versionstamp });
      // The engine frees expired records; a record that is due never expires.
      change.set(recordAt(key), row, ...(dueAtMs === null ? [{ expireIn: keepMs }] : []));
      if (stored.row && stored.row.dueAtMs !== null) {
        change.delete(dueAt(stored.row.undelivered, stored.row.dueAtMs, key));
      }
      if (dueAtMs !== null) change.set(dueAt(undelivered, dueAtMs, key), key);
      return (await change.commit()).ok;
    },
    async claim(nowMs, untilMs, limit) {
      const claimed: ClaimedRecord[] = [];
      const listDue = (undelivered: boolean) =>
        // Up to the next millisecond, so that a record that is due right now is listed.
        kv.list({ start: dueAt(undelivered, -Infinity), end: dueAt(undelivered, nowMs + 1) }, { limit });
      const keys: string[] = [];
      for await (const { value } of listDue(true)) keys.push(String(value));
      for await (const { value } of listDue(false)) keys.push(String(value));
      for (const key of keys) {
        if (claimed.length === limit) break;
        const { row, versionstamp } = await read(key);
        if (!row || row.dueAtMs === null || row.dueAtMs > nowMs) continue;
        const change = kv.atomic().check({ key: recordAt(key), versionstamp });
        change.set(recordAt(key), { ...row, dueAtMs: untilMs });
        change.delete(dueAt(row.undelivered, row.dueAtMs, key)).set(dueAt(row.undelivered, untilMs, key), key);
        // A record that another writer changed meanwhile stays due.
        const { ok, versionstamp: version } = await change.commit();
        if (ok && version !== undefined) claimed.push({ key, value: row.value, version, dueAtMs: row.dueAtMs });
      }
      return claimed;
    },
  };
}
