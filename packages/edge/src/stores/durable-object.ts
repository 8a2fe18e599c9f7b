/** The store in Cloudflare Durable Objects: one object per record, which wakes its payment by its own alarm. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';
import type { ObjectCall } from './payment-store-object.ts';

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
 * Creates a store that keeps each record in a separate Durable Object. `namespace` is bound to a class that extends
 * `PaymentStoreObject`, which the Worker exports, with storage in SQLite. A record's object wakes its payment when it is
 * due, so `claim` returns nothing and a sweep has nothing to do.
 *
 * @example
 * ```ts
 * import {
 *   durableObjectStore,
 *   type PaymentNamespace,
 * } from '@plural-otp/edge/stores/durable-object';
 *
 * export const createStore = (env: { PAYMENTS: PaymentNamespace }) => durableObjectStore(env.PAYMENTS);
 * ```
 */
export function durableObjectStore(namespace: PaymentNamespace, options: DurableObjectStoreOptions = {}): PaymentStore {
  const { now = Date.now, newId = () => crypto.randomUUID() } = options;
  const call = async <T>(key: string, call: ObjectCall): Promise<T> => {
    const object = namespace.get(namespace.idFromName(`record ${key}`) as never);
    const response = await object.fetch('https://payment-store/', { method: 'POST', body: JSON.stringify(call) });
    if (!response.ok) throw new Error(`a payment store object responded with status ${response.status}`);
    return (await response.json()) as T;
  };

  return {
    keepsVersions: true,
    async load(key): Promise<StoredRecord | undefined> {
      return (await call<StoredRecord | null>(key, { do: 'load', nowMs: now() })) ?? undefined;
    },
    save(key: string, value: string, terms: SaveTerms): Promise<boolean> {
      const { version: read, newVersion: version = newId(), keepSeconds, dueAtMs } = terms;
      return call<boolean>(key, {
        do: 'save',
        key,
        nowMs: now(),
        read,
        version,
        value,
        keepMs: keepSeconds * 1000,
        dueAtMs,
      });
    },
    claim: async (): Promise<ClaimedRecord[]> => [],
  };
}
