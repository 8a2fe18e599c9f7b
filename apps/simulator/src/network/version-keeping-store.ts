/**
 * A store that uses the version a save brings along, as the SQL stores do. Written from the interface alone, so that
 * the kit's own store in memory is not the only one that walks meet.
 */
import type { PaymentStore } from '@plural-otp/edge';

interface Row {
  readonly value: string;
  readonly version: string;
  readonly keepUntilMs: number;
  readonly dueAtMs: number | null;
  readonly isUndelivered: boolean;
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
      const row = find(key);
      return row && { value: row.value, version: row.version };
    },
    async save(
      key,
      value,
      { version, newVersion = `${key}+${value.length}`, keepSeconds, dueAtMs, undelivered = false },
    ) {
      if (find(key)?.version !== version) return false;
      const keepUntilMs = now() + keepSeconds * 1000;
      rows.set(key, { value, version: newVersion, keepUntilMs, dueAtMs, isUndelivered: undelivered });
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
