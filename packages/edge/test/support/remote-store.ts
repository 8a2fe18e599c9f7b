/** Calls a store that lives in another runtime (workerd, Deno) over HTTP, so that one contract tests it too. */
import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from '@plural-otp/edge';

/** A call of a store in another runtime, with the time of the test's clock. */
export type StoreCall = { store: string; nowMs: number } & (
  | { do: 'load'; key: string }
  | { do: 'save'; key: string; value: string; terms: SaveTerms }
  | { do: 'claim'; atMs: number; untilMs: number; limit: number }
);

/** Executes a call in the other runtime and returns the JSON value to respond with: `null` stands for `undefined`. */
export async function executeCall(store: PaymentStore, call: StoreCall): Promise<unknown> {
  switch (call.do) {
    case 'load':
      return (await store.load(call.key)) ?? null;
    case 'save':
      return store.save(call.key, call.value, call.terms);
    default:
      return store.claim(call.atMs, call.untilMs, call.limit);
  }
}

/**
 * Sends a JSON body to the runtime at `url`, over a connection of its own: a kept one may be closed by the runtime, whose
 * limit is seconds, just when a slow machine sends the next request on it.
 */
export const postJson = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { connection: 'close' }, body: JSON.stringify(body) });

/** Creates a store that sends its calls to the runtime at `url`, for the store of that name there. */
export function remoteStore(url: () => string, store: string, now: () => number): PaymentStore {
  const call = async <T>(body: object): Promise<T> => {
    const response = await postJson(url(), { store, nowMs: now(), ...body });
    if (!response.ok) throw new Error(`the runtime responded ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    load: async (key) => (await call<StoredRecord | null>({ do: 'load', key })) ?? undefined,
    save: (key, value, terms) => call<boolean>({ do: 'save', key, value, terms }),
    claim: (atMs, untilMs, limit) => call<ClaimedRecord[]>({ do: 'claim', atMs, untilMs, limit }),
  };
}
