import type { PaymentStore, SaveTerms, StoredRecord } from '@plural-otp/edge';
import { take } from './bounded-counter.ts';

/** One call of a store that lives in another runtime. */
export type StoreCall = { store: string; nowMs: number } & (
  | { do: 'load'; key: string }
  | { do: 'save'; key: string; value: string; terms: SaveTerms }
  | { do: 'due'; atMs: number; limit: number }
  | { do: 'take'; key: string; bound: number }
);

/** What the other runtime answers; `undefined` travels as `null`. */
export async function answerCall(store: PaymentStore, call: StoreCall): Promise<unknown> {
  switch (call.do) {
    case 'load':
      return (await store.load(call.key)) ?? null;
    case 'save':
      return store.save(call.key, call.value, call.terms);
    case 'due':
      return store.due(call.atMs, call.limit);
    default:
      return take(store, call.key, call.bound);
  }
}

export interface RemoteStore extends PaymentStore {
  take(key: string, bound: number): Promise<boolean>;
}

/** The store of that name in another runtime, on our clock. */
export function remoteStore(url: () => string, store: string, now: () => number): RemoteStore {
  const ask = async <T>(call: object): Promise<T> => {
    const answer = await fetch(url(), { method: 'POST', body: JSON.stringify({ store, nowMs: now(), ...call }) });
    if (!answer.ok) throw new Error(`the runtime answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    load: async (key) => (await ask<StoredRecord | null>({ do: 'load', key })) ?? undefined,
    save: (key, value, terms) => ask<boolean>({ do: 'save', key, value, terms }),
    due: (atMs, limit) => ask<string[]>({ do: 'due', atMs, limit }),
    take: (key, bound) => ask<boolean>({ do: 'take', key, bound }),
  };
}
