/** The Durable Object class behind `durableObjectStore`: a record, or the index of due records. */

/** A call of the payment store to one of its objects: to a record, or to the due index. */
export type ObjectCall =
  | { do: 'load'; nowMs: number }
  | (IndexedRecord & SaveCall)
  | (IndexedRecord & ClaimCall)
  | { do: 'listDue'; nowMs: number; limit: number }
  | IndexCall;

interface IndexedRecord {
  key: string;
  /** Id of the object that holds the due index. */
  index: string;
}

interface SaveCall {
  do: 'save';
  nowMs: number;
  /** Version that was read. */
  read?: string | undefined;
  /** New version; it identifies a repeated save. */
  version: string;
  value: string;
  keepMs: number;
  dueAtMs: number | null;
}

interface ClaimCall {
  do: 'claim';
  nowMs: number;
  untilMs: number;
  /** New version. */
  version: string;
}

/** `lowerDue` never moves a due time back, `setDue` sets or clears it. */
interface IndexCall {
  do: 'lowerDue' | 'setDue';
  key: string;
  dueAtMs: number | null;
  /** Grows with each save of a key, so that a delayed call is recognized as outdated. */
  sequence: number;
}

interface ObjectRecord {
  value: string;
  version: string;
  keepUntilMs: number;
  dueAtMs: number | null;
  sequence: number;
}

/** A key in the index, and its due time there. */
export interface DueKey {
  key: string;
  indexedDueAtMs: number;
}

/** The members of a Durable Object's state that are used. */
export interface PaymentObjectState {
  id: { toString(): string };
  storage: {
    get<T>(key: string): Promise<T | undefined>;
    put(key: string, value: unknown): Promise<void>;
    deleteAll(): Promise<void>;
    setAlarm(atMs: number): Promise<void>;
    deleteAlarm(): Promise<void>;
    sql: { exec(query: string, ...bindings: (string | number | null)[]): Iterable<Record<string, unknown>> };
  };
  blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
}

interface ObjectNamespace {
  idFromString(id: string): never;
  get(id: never): { fetch(address: string, init: { method: string; body: string }): Promise<{ ok: boolean }> };
}

const createIndex = `CREATE TABLE IF NOT EXISTS due (key TEXT PRIMARY KEY, due_at_ms REAL NOT NULL, sequence REAL NOT NULL);
CREATE INDEX IF NOT EXISTS due_by_time ON due (due_at_ms)`;
const listDue = 'SELECT key, due_at_ms AS indexedDueAtMs FROM due WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?';
const upsertDue = (dueAtMs: string): string => `INSERT INTO due (key, due_at_ms, sequence) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET due_at_ms = ${dueAtMs}, sequence = max(sequence, excluded.sequence)`;
const lowerDue: string = upsertDue('min(due_at_ms, excluded.due_at_ms)');
const setDue: string = `${upsertDue('excluded.due_at_ms')} WHERE sequence <= excluded.sequence`;

/**
 * The Durable Object class of `durableObjectStore`. Export it from the Worker and list it in the migrations under
 * `new_sqlite_classes`.
 */
export class PaymentStoreObject {
  readonly #state: PaymentObjectState;
  readonly #env: Record<string, unknown>;

  constructor(state: PaymentObjectState, env: object) {
    this.#state = state;
    this.#env = { ...env };
  }

  /** Handles a call of the store. Reachable through the binding only. */
  async fetch(request: Request): Promise<Response> {
    return Response.json(await this.#handle((await request.json()) as ObjectCall));
  }

  /** Frees the storage of an expired record: the only use of the engine's clock. */
  async alarm(): Promise<void> {
    await this.#state.blockConcurrencyWhile(async () => {
      const record = await this.#record();
      if (record?.dueAtMs === null) await this.#state.storage.deleteAll();
    });
  }

  async #handle(call: ObjectCall): Promise<unknown> {
    switch (call.do) {
      case 'load': {
        const record = unexpired(await this.#record(), call.nowMs);
        return record ? { value: record.value, version: record.version } : null;
      }
      case 'save':
        return this.#state.blockConcurrencyWhile(() => this.#save(call));
      case 'claim':
        return this.#state.blockConcurrencyWhile(() => this.#claim(call));
      case 'listDue':
        return [...this.#index().exec(listDue, call.nowMs, call.limit)];
      default:
        return this.#updateIndex(call);
    }
  }

  #record(): Promise<ObjectRecord | undefined> {
    return this.#state.storage.get<ObjectRecord>('record');
  }

  /** Saves a record. Wherever it stops, the index lists the record no later than the record itself says. */
  async #save(call: IndexedRecord & SaveCall): Promise<boolean> {
    const { storage } = this.#state;
    const stored = await this.#record();
    if (stored?.version === call.version) return true;
    if (unexpired(stored, call.nowMs)?.version !== call.read) return false;
    const { value, version, dueAtMs } = call;
    const sequence = nextSequence(stored?.sequence);
    const moved = dueAtMs !== (stored?.dueAtMs ?? null);
    if (moved && dueAtMs !== null) await this.#notifyIndex(call, { do: 'lowerDue', dueAtMs, sequence });
    const record: ObjectRecord = { value, version, keepUntilMs: call.nowMs + call.keepMs, dueAtMs, sequence };
    // Without an await between them, so that the engine writes both or neither.
    await Promise.all([
      storage.put('record', record),
      dueAtMs === null ? storage.setAlarm(Date.now() + call.keepMs) : storage.deleteAlarm(),
    ]);
    if (moved) await this.#notifyIndex(call, { do: 'setDue', dueAtMs, sequence });
    return true;
  }

  /**
   * Moves the due time of a record that is due, and returns the record. Repairs the index where a crash left it earlier
   * than the record.
   */
  async #claim(call: IndexedRecord & ClaimCall): Promise<{ value: string; version: string } | null> {
    const record = await this.#record();
    const isDue = record !== undefined && record.dueAtMs !== null && record.dueAtMs <= call.nowMs;
    const dueAtMs = isDue ? call.untilMs : (record?.dueAtMs ?? null);
    const sequence = nextSequence(record?.sequence);
    const version = isDue ? call.version : record?.version;
    // No message leaves an object before its writes are durable, so an object that was replaced cannot update the
    // index.
    if (record) await this.#state.storage.put('record', { ...record, version, dueAtMs, sequence });
    await this.#notifyIndex(call, { do: 'setDue', dueAtMs, sequence });
    return isDue ? { value: record.value, version: call.version } : null;
  }

  async #notifyIndex({ key, index }: IndexedRecord, call: Omit<IndexCall, 'key'>): Promise<void> {
    const namespace = this.#ownNamespace(index);
    const object = namespace.get(namespace.idFromString(index));
    const body = JSON.stringify({ key, ...call });
    const response = await object.fetch('https://payment-store/', { method: 'POST', body });
    if (!response.ok) throw new Error('the due index rejected the update');
  }

  /** Finds the binding that knows the index by its id, because an object cannot read the name of its own binding. */
  #ownNamespace(index: string): ObjectNamespace {
    const found = Object.values(this.#env).find((binding) => isNamespaceOf(index, binding));
    if (!found) throw new Error('PaymentStoreObject needs the binding of its own class in the same Worker');
    return found as ObjectNamespace;
  }

  #index(): PaymentObjectState['storage']['sql'] {
    const { sql } = this.#state.storage;
    sql.exec(createIndex);
    return sql;
  }

  #updateIndex({ do: change, key, dueAtMs, sequence }: IndexCall): boolean {
    const index = this.#index();
    if (dueAtMs === null) index.exec('DELETE FROM due WHERE key = ? AND sequence <= ?', key, sequence);
    else index.exec(change === 'setDue' ? setDue : lowerDue, key, dueAtMs, sequence);
    return true;
  }
}

const unexpired = (record: ObjectRecord | undefined, nowMs: number): ObjectRecord | undefined =>
  record && (record.dueAtMs !== null || record.keepUntilMs > nowMs) ? record : undefined;

/** Returns a number above the last one, also when that was deleted with an expired record. */
const nextSequence = (last = 0): number => Math.max(last + 1, Date.now());

function isNamespaceOf(id: string, binding: unknown): boolean {
  const { idFromString } = Object(binding) as Partial<ObjectNamespace>;
  if (typeof idFromString !== 'function') return false;
  try {
    (binding as ObjectNamespace).idFromString(id);
    return true;
  } catch {
    return false;
  }
}
