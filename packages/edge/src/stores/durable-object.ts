import type { PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';
import type { DueKey, ObjectCall } from './payment-store-object.ts';

export { PaymentStoreObject } from './payment-store-object.ts';

/** What is used of a Durable Object namespace; the binding of a Worker fits. */
export interface PaymentNamespace {
  idFromName(name: string): { toString(): string };
  get(id: never): { fetch(address: string, init: { method: string; body: string }): Promise<Answer> };
}

interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

export interface DurableObjectStoreOptions {
  /** Epoch milliseconds; whether a record is over goes by this clock. The engine's own only frees storage. */
  now?: () => number;
  /** Makes versions. */
  newId?: () => string;
}

/**
 * Keeps each record in a Durable Object of its own and what is due in one more of the same class.
 * `namespace` is bound to `PaymentStoreObject`, which the Worker exports, with storage in SQLite.
 */
export function durableObjectStore(namespace: PaymentNamespace, options: DurableObjectStoreOptions = {}): PaymentStore {
  const { now = Date.now, newId = () => crypto.randomUUID() } = options;
  const ask = async <T>(name: string, call: ObjectCall): Promise<T> => {
    const object = namespace.get(namespace.idFromName(name) as never);
    const answer = await object.fetch('https://payment-store/', { method: 'POST', body: JSON.stringify(call) });
    if (!answer.ok) throw new Error(`a payment store object answered ${answer.status}`);
    return (await answer.json()) as T;
  };
  const ofRecord = (key: string): string => `record ${key}`;
  const ofDueIndex = 'due';
  const index = (): string => namespace.idFromName(ofDueIndex).toString();

  return {
    async load(key): Promise<StoredRecord | undefined> {
      return (await ask<StoredRecord | null>(ofRecord(key), { do: 'load', nowMs: now() })) ?? undefined;
    },
    save(key: string, value: string, { version: read, keepSeconds, dueAtMs }: SaveTerms): Promise<boolean> {
      const record = { value, version: newId(), dueAtMs, keepMs: keepSeconds * 1000 };
      return ask<boolean>(ofRecord(key), { do: 'save', key, index: index(), nowMs: now(), read, ...record });
    },
    async due(nowMs, limit): Promise<string[]> {
      const due = await ask<DueKey[]>(ofDueIndex, { do: 'listDue', nowMs, limit });
      // Sets right what a crash left too early in the index; where that fails it is named once more.
      const mend = (entry: DueKey): Promise<unknown> =>
        ask(ofRecord(entry.key), { do: 'mendIndex', index: index(), ...entry });
      await Promise.allSettled(due.map(mend));
      return due.map(({ key }) => key);
    },
  };
}
