/** The store in Cloudflare Durable Objects: one object per record, and one for the due index. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';
import type { DueKey, ObjectCall } from './payment-store-object.ts';

export { PaymentStoreObject } from './payment-store-object.ts';

/** The members of a Durable Object namespace that are used; the binding of a Worker fits. */
export interface PaymentNamespace {
  idFromName(name: string): { toString(): string };
  get(id: never): { fetch(address: string, init: { method: string; body: string }): Promise<ObjectResponse> };
}

interface ObjectResponse {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

/** Options of `durableObjectStore`. */
export interface DurableObjectStoreOptions {
  /** Returns the time in epoch milliseconds. Records expire by this clock; the engine's own only frees storage. */
  now?: () => number;
  /** Creates versions. */
  newId?: () => string;
}

/**
 * Creates a store that keeps each record in a separate Durable Object, and the due index in one more of the same class.
 * `namespace` is bound to `PaymentStoreObject`, which the Worker exports, with storage in SQLite.
 *
 * @example
 * ```ts
 * import {
 *   durableObjectStore,
 *   PaymentStoreObject,
 *   type PaymentNamespace,
 * } from '@plural-otp/edge/stores/durable-object';
 *
 * export { PaymentStoreObject };
 * export const createStore = (env: { PAYMENTS: PaymentNamespace }) => durableObjectStore(env.PAYMENTS);
 * ```
 */
export function durableObjectStore(namespace: PaymentNamespace, options: DurableObjectStoreOptions = {}): PaymentStore {
  const { now = Date.now, newId = () => crypto.randomUUID() } = options;
  const call = async <T>(name: string, call: ObjectCall): Promise<T> => {
    const object = namespace.get(namespace.idFromName(name) as never);
    const response = await object.fetch('https://payment-store/', { method: 'POST', body: JSON.stringify(call) });
    if (!response.ok) throw new Error(`a payment store object responded with status ${response.status}`);
    return (await response.json()) as T;
  };
  const recordObject = (key: string): string => `record ${key}`;
  const dueIndexObject = 'due';
  const index = (): string => namespace.idFromName(dueIndexObject).toString();

  return {
    async load(key): Promise<StoredRecord | undefined> {
      return (await call<StoredRecord | null>(recordObject(key), { do: 'load', nowMs: now() })) ?? undefined;
    },
    save(key: string, value: string, { version: read, keepSeconds, dueAtMs }: SaveTerms): Promise<boolean> {
      const record = { value, version: newId(), dueAtMs, keepMs: keepSeconds * 1000 };
      return call<boolean>(recordObject(key), { do: 'save', key, index: index(), nowMs: now(), read, ...record });
    },
    async claim(nowMs, untilMs, limit): Promise<ClaimedRecord[]> {
      const due = await call<DueKey[]>(dueIndexObject, { do: 'listDue', nowMs, limit });
      const claimOne = ({ key }: DueKey): Promise<StoredRecord | null> =>
        call(recordObject(key), { do: 'claim', key, index: index(), nowMs, untilMs, version: newId() });
      const claimed: ClaimedRecord[] = [];
      // An object that fails keeps its place in the index and is claimed later.
      const results = await Promise.allSettled(due.map(claimOne));
      for (const [at, { key }] of due.entries()) {
        const result = results[at];
        if (result?.status === 'fulfilled' && result.value) claimed.push({ key, ...result.value });
      }
      return claimed;
    },
  };
}
