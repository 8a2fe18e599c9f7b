/** The Durable Object class behind `durableObjectStore`: one record, and the alarm that wakes its payment. */

/** A call of the payment store to a record's object. */
export type ObjectCall = { do: 'load'; nowMs: number } | SaveCall;

interface SaveCall {
  do: 'save';
  key: string;
  nowMs: number;
  /** Version that was read. */
  read?: string | undefined;
  /** New version; it identifies a repeated save. */
  version: string;
  value: string;
  keepMs: number;
  dueAtMs: number | null;
}

interface ObjectRecord {
  key: string;
  value: string;
  version: string;
  /** Time at which the record expires, by the handler's clock. */
  keepUntilMs: number;
  /** Time at which its storage may be freed, by the engine's clock. */
  freeAtMs: number;
  dueAtMs: number | null;
}

/** The members of a Durable Object's state that are used. */
export interface PaymentObjectState {
  storage: {
    get<T>(key: string): Promise<T | undefined>;
    put(key: string, value: unknown): Promise<void>;
    delete(key: string): Promise<unknown>;
    deleteAll(): Promise<void>;
    setAlarm(atMs: number): Promise<void>;
  };
  blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
}

/** Shortest time from a save to the alarm. What is due at once is under way in the request that saved it. */
const graceMs = 5000;
/** Time after which a payment is woken again when its object died while it was awake. */
const wakeMs = 120_000;
const firstPauseMs = 2000;
const longestPauseMs = 600_000;

/**
 * The Durable Object class of `durableObjectStore`. Export a class that extends it and says how a payment is woken, and
 * list that class in the migrations under `new_sqlite_classes`. Each object sets the alarm of its own record, so that no
 * cron trigger is needed.
 *
 * @example
 * ```ts
 * import type { OtpHandler } from '@plural-otp/edge';
 * import { PaymentStoreObject } from '@plural-otp/edge/stores/durable-object';
 *
 * declare function getHandler(env: Env): OtpHandler;
 * interface Env {
 *   PLURAL_CLIENT_ID: string;
 * }
 *
 * export class Payments extends PaymentStoreObject<Env> {
 *   override wake(key: string) {
 *     return getHandler(this.env).wake(key);
 *   }
 * }
 * ```
 */
export class PaymentStoreObject<Env = unknown> {
  /** Bindings of the Worker. */
  protected readonly env: Env;
  readonly #state: PaymentObjectState;

  constructor(state: PaymentObjectState, env: Env) {
    this.#state = state;
    this.env = env;
  }

  /**
   * Wakes the payment of a record: calls `handler.wake(key)`. A subclass has to override it.
   *
   * @throws {Error} when a subclass has not.
   */
  wake(_key: string): Promise<unknown> {
    return Promise.reject(new Error(missingWake));
  }

  /** Handles a call of the store. Reachable through the binding only. */
  async fetch(request: Request): Promise<Response> {
    const call = (await request.json()) as ObjectCall;
    if (call.do === 'load') return Response.json(await this.#load(call.nowMs));
    // Fails closed: no payment is started that nobody would wake.
    if (call.dueAtMs !== null && this.wake === PaymentStoreObject.prototype.wake) throw new Error(missingWake);
    return Response.json(await this.#state.blockConcurrencyWhile(() => this.#save(call)));
  }

  /**
   * Wakes the payment when its record is due, and frees the storage of an expired one. While the payment is awake, the
   * alarm stands at a later time, because the engine gives up an alarm after six failed runs. An error of `wake`
   * is left to the engine, which logs it.
   */
  async alarm(): Promise<void> {
    const record = await this.#record();
    if (record === undefined || record.dueAtMs === null || record.dueAtMs > Date.now()) return this.#rearm(false);
    await this.#state.storage.setAlarm(Date.now() + wakeMs);
    try {
      // Outside `blockConcurrencyWhile`, because the handler loads and saves through this same object.
      await this.wake(record.key);
    } finally {
      await this.#rearm(true);
    }
  }

  #record(): Promise<ObjectRecord | undefined> {
    return this.#state.storage.get<ObjectRecord>('record');
  }

  async #load(nowMs: number): Promise<{ value: string; version: string } | null> {
    const record = unexpired(await this.#record(), nowMs);
    return record ? { value: record.value, version: record.version } : null;
  }

  async #save(call: SaveCall): Promise<boolean> {
    const { storage } = this.#state;
    const stored = await this.#record();
    const { key, value, version, dueAtMs, nowMs, keepMs } = call;
    if (stored?.version === version) return true;
    if (unexpired(stored, nowMs)?.version !== call.read) return false;
    const freeAtMs = Date.now() + keepMs;
    const record: ObjectRecord = { key, value, version, keepUntilMs: nowMs + keepMs, freeAtMs, dueAtMs };
    const isArmed = dueAtMs !== null && dueAtMs === stored?.dueAtMs;
    // Without an await between them, so that the engine writes both or neither.
    await Promise.all([
      storage.put('record', record),
      ...(isArmed ? [] : [storage.setAlarm(dueAtMs === null ? freeAtMs : Math.max(dueAtMs, Date.now() + graceMs))]),
    ]);
    return true;
  }

  /** Sets the alarm that the record needs. One that is due although it was woken waits for longer each time. */
  #rearm(wasWoken: boolean): Promise<void> {
    return this.#state.blockConcurrencyWhile(async () => {
      const { storage } = this.#state;
      const record = await this.#record();
      if (record === undefined) return;
      const nowMs = Date.now();
      const { dueAtMs, freeAtMs } = record;
      if (dueAtMs === null && freeAtMs <= nowMs) return storage.deleteAll();
      const failures = (await storage.get<number>('failures')) ?? 0;
      if (wasWoken && dueAtMs !== null && dueAtMs <= nowMs) {
        await Promise.all([
          storage.put('failures', failures + 1),
          storage.setAlarm(nowMs + Math.min(firstPauseMs * 2 ** failures, longestPauseMs)),
        ]);
        return;
      }
      if (failures > 0) await storage.delete('failures');
      await storage.setAlarm(dueAtMs ?? freeAtMs);
    });
  }
}

const missingWake =
  'PaymentStoreObject: wake is missing. Export a class that extends PaymentStoreObject and whose wake(key) calls ' +
  'handler.wake(key), and bind the namespace to it; without it no verdict is delivered after the first request.';

const unexpired = (record: ObjectRecord | undefined, nowMs: number): ObjectRecord | undefined =>
  record && (record.dueAtMs !== null || record.keepUntilMs > nowMs) ? record : undefined;
