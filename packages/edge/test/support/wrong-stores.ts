/**
 * A store over an engine with a table and a separate index of due times, as a key-value database would have; and ways
 * to write it wrong, each of which a case of the store contract has to find.
 */
import type { ClaimedRecord, PaymentStore, SaveTerms } from '@plural-otp/edge';
import type { StoreTestContext } from '@plural-otp/edge/stores/contract';

export type Flaw =
  | 'ignores the version'
  | 'compares and writes in two steps'
  | 'counts versions from one in each life'
  | 'keeps its own version'
  | 'cuts values at 4 KiB'
  | 'has keys without case'
  | 'reads its own clock'
  | 'lets due records expire'
  | 'is due a millisecond late'
  | 'writes the index after the record'
  | 'moves the due time of a save that failed'
  | 'extends the life of a save that failed'
  | 'claims the newest first'
  | 'ignores the limit'
  | 'ignores undelivered verdicts'
  | 'forgets undelivered verdicts when it claims'
  | 'lists in place of claiming'
  | 'claims without a new version'
  | 'claims in two steps'
  | 'claims only what it can parse'
  | 'deletes what it claims'
  | 'hides failures of its engine'
  | 'saves outside its transaction'
  | 'swallows the error of a transaction';

interface Row {
  value: string;
  version: string;
  keepUntilMs: number;
  dueAtMs: number | null;
  undelivered: boolean;
}

/** Creates the store, right in everything but the flaw. */
export function createFlawedStore({ now, engineCall }: StoreTestContext, flaw?: Flaw): PaymentStore {
  const rows = new Map<string, Row>();
  const index = new Map<string, number>();
  const has = (one: Flaw): boolean => flaw === one;
  let versions = 0;

  const time = has('reads its own clock') ? Date.now : now;
  const toKey = (key: string): string => (has('has keys without case') ? key.toLowerCase() : key);
  const isExpired = (row: Row): boolean =>
    row.keepUntilMs <= time() && (row.dueAtMs === null || has('lets due records expire'));
  const find = (key: string): Row | undefined => {
    const row = rows.get(key);
    return row && !isExpired(row) ? row : undefined;
  };
  const nextVersion = (before: Row | undefined): string => {
    versions += 1;
    return has('counts versions from one in each life') ? String(Number(before?.version ?? 0) + 1) : String(versions);
  };
  const setIndex = (key: string, dueAtMs: number | null): void => {
    if (dueAtMs === null) index.delete(key);
    else index.set(key, dueAtMs);
  };
  const call = async <T>(work: () => T, fallback: () => T): Promise<T> =>
    has('hides failures of its engine')
      ? engineCall(async () => work()).catch(fallback)
      : engineCall(async () => work());
  /** Writes a row in place of another; returns whether that was still the newest. */
  const swap = async (key: string, before: Row | undefined, after: Row, inSteps: boolean): Promise<boolean> => {
    const compare = (): boolean => find(key) === before || has('ignores the version');
    if (!inSteps)
      return call(
        () => compare() && Boolean(rows.set(key, after)),
        () => false,
      );
    if (!(await call(compare, () => false))) return false;
    await call(
      () => rows.set(key, after),
      () => rows,
    );
    return true;
  };

  const save = async (name: string, value: string, terms: SaveTerms): Promise<boolean> => {
    const key = toKey(name);
    const before = await call(
      () => find(key),
      () => undefined,
    );
    const { dueAtMs, keepSeconds, undelivered = false } = terms;
    const keepUntilMs = time() + keepSeconds * 1000;
    if (before?.version !== terms.version && !has('ignores the version')) {
      if (before && has('moves the due time of a save that failed')) setIndex(key, (before.dueAtMs = dueAtMs));
      if (before && has('extends the life of a save that failed')) before.keepUntilMs = keepUntilMs;
      return false;
    }
    const version = terms.newVersion && !has('keeps its own version') ? terms.newVersion : nextVersion(before);
    const stored = has('cuts values at 4 KiB') ? value.slice(0, 4096) : value;
    const row: Row = { value: stored, version, keepUntilMs, dueAtMs, undelivered };
    const isEarlier = dueAtMs !== null && dueAtMs < (index.get(key) ?? Infinity);
    if (isEarlier && !has('writes the index after the record')) {
      await call(
        () => setIndex(key, Math.min(dueAtMs, index.get(key) ?? Infinity)),
        () => undefined,
      );
    }
    if (!(await swap(key, before, row, has('compares and writes in two steps')))) return false;
    await call(
      () => void (rows.get(key) === row && setIndex(key, dueAtMs)),
      () => undefined,
    );
    return true;
  };

  const listDue = (nowMs: number): [string, Row][] => {
    const due: [string, Row][] = [];
    for (const [key, indexedMs] of index) {
      const row = rows.get(key);
      if (indexedMs > nowMs || !row) continue;
      if (row.dueAtMs === null || row.dueAtMs > nowMs) setIndex(key, row.dueAtMs);
      else if (!has('is due a millisecond late') || row.dueAtMs < nowMs) due.push([key, row]);
    }
    const kind = ({ undelivered }: Row): number => (undelivered && !has('ignores undelivered verdicts') ? 0 : 1);
    const direction = has('claims the newest first') ? -1 : 1;
    return due.sort(
      ([, one], [, other]) => kind(one) - kind(other) || direction * ((one.dueAtMs ?? 0) - (other.dueAtMs ?? 0)),
    );
  };
  const isReadable = (value: string): boolean => {
    try {
      return typeof JSON.parse(value) === 'object';
    } catch {
      return false;
    }
  };

  const store: PaymentStore = {
    keepsVersions: true,
    async load(key) {
      const row = await call(
        () => find(toKey(key)),
        () => undefined,
      );
      return row && { value: row.value, version: row.version };
    },
    save,
    async claim(nowMs, untilMs, limit) {
      const claimed: ClaimedRecord[] = [];
      for (const [key, row] of await call(
        () => listDue(nowMs),
        () => [],
      )) {
        if (claimed.length >= limit && !has('ignores the limit')) break;
        const { value, dueAtMs } = row;
        if (has('claims only what it can parse') && !isReadable(value)) continue;
        const version = has('claims without a new version') ? row.version : nextVersion(row);
        const undelivered = row.undelivered && !has('forgets undelivered verdicts when it claims');
        const after = { ...row, version, undelivered, dueAtMs: has('lists in place of claiming') ? dueAtMs : untilMs };
        if (!(await swap(key, row, after, has('claims in two steps')))) continue;
        if (has('deletes what it claims')) rows.delete(key);
        await call(
          () => void (rows.get(key) === after && setIndex(key, after.dueAtMs)),
          () => undefined,
        );
        claimed.push({ key, value, version, ...(dueAtMs !== null && { dueAtMs }) });
      }
      return claimed;
    },
  };

  let turn: Promise<unknown> = Promise.resolve();
  store.transaction = (work) => {
    const run = async (): Promise<Awaited<ReturnType<typeof work>>> => {
      const [rowsBefore, indexBefore] = [new Map(rows), new Map(index)];
      try {
        return await work({ load: store.load, save: store.save, query: async () => [] });
      } catch (error) {
        if (!has('saves outside its transaction')) {
          rows.clear();
          index.clear();
          for (const [key, row] of rowsBefore) rows.set(key, row);
          for (const [key, dueAtMs] of indexBefore) index.set(key, dueAtMs);
        }
        if (has('swallows the error of a transaction')) throw new Error('the transaction failed', { cause: error });
        throw error;
      }
    };
    const result = turn.then(run);
    turn = result.catch(() => undefined);
    return result;
  };
  return store;
}
