/** A Worker that serves the Durable Objects store and the SQL store on D1 to the tests in `workerd.live.test.ts`. */
import { durableObjectStore, PaymentStoreObject, type PaymentNamespace } from '../../src/stores/durable-object.ts';
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';
import { createTable, sqlStore, type SqlQuery } from '../../src/stores/sql.ts';
import { executeCall, type StoreCall } from './remote-store.ts';

export { PaymentStoreObject };

interface Database {
  prepare(text: string): { bind(...params: unknown[]): { all(): Promise<{ results: Record<string, unknown>[] }> } };
}
interface Env {
  PAYMENTS: PaymentNamespace;
  BREAKING: PaymentNamespace & { idFromString(id: string): unknown };
  DB: Database;
}
/** Requests of the test other than store calls; `tell` sends a call to one object, as the store would. */
type Instruction =
  | { do: 'clear' }
  | { do: 'break'; atStep: number }
  | { do: 'tell'; store: string; object: string; call: object };

// Miniflare runs the Worker and its objects in one isolate, so that the Worker can set the step at which an object dies.
const breaking = { atStep: 0, step: 0 };

interface State extends PaymentObjectState {
  abort(reason: string): void;
  storage: PaymentObjectState['storage'] & { list(): Promise<Map<string, unknown>>; sync(): Promise<void> };
}

/** Aborts before the chosen one of its steps: a write of the record, or a call of the due index. */
export class BreakingObject extends PaymentStoreObject {
  readonly #state: State;
  constructor(state: State, env: Env) {
    const step = (): void => {
      breaking.step += 1;
      if (breaking.step === breaking.atStep) state.abort('aborted by the test');
    };
    const storage = new Proxy(state.storage, {
      get(target, name) {
        if (name === 'put') step();
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const namespace = {
      idFromString: (id: string): unknown => env.BREAKING.idFromString(id),
      get: (id: never) => ({
        async fetch(address: string, init: { method: string; body: string }) {
          // An object's output gate sends nothing before its writes are durable.
          await state.storage.sync();
          step();
          return env.BREAKING.get(id).fetch(address, init);
        },
      }),
    };
    const watched = { id: state.id, storage, blockConcurrencyWhile: state.blockConcurrencyWhile.bind(state) };
    super(watched, { BREAKING: namespace });
    this.#state = state;
  }
  override async fetch(request: Request): Promise<Response> {
    const { do: what } = (await request.clone().json()) as { do: string };
    if (what === 'ring') await this.alarm();
    if (what === 'ring' || what === 'kept') return Response.json([...(await this.#state.storage.list()).keys()]);
    return super.fetch(request);
  }
}

const createQuery =
  (database: Database): SqlQuery =>
  async (text, params) =>
    (
      await database
        .prepare(text)
        .bind(...params)
        .all()
    ).results;

/** Prefixes object names with the store's name, so that each test has empty objects. */
const scopeNamespace = (namespace: PaymentNamespace, store: string): PaymentNamespace => ({
  idFromName: (name) => namespace.idFromName(`${store} ${name}`),
  get: (id) => namespace.get(id),
});

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const call = (await request.json()) as StoreCall | Instruction;
    if (call.do === 'clear') {
      const query = createQuery(env.DB);
      for (const statement of createTable.split(';').filter(Boolean)) await query(statement, []);
      return Response.json(await query('DELETE FROM plural_otp_payments', []));
    }
    if (call.do === 'break') {
      Object.assign(breaking, { atStep: call.atStep, step: 0 });
      return Response.json(true);
    }
    const objects = call.store.startsWith('breaking') ? env.BREAKING : env.PAYMENTS;
    const namespace = scopeNamespace(objects, call.store);
    if (call.do === 'tell') {
      const object = namespace.get(namespace.idFromName(call.object) as never);
      const response = await object.fetch('https://x/', { method: 'POST', body: JSON.stringify(call.call) });
      return Response.json(await response.json());
    }
    const now = (): number => call.nowMs;
    const store =
      call.store === 'd1'
        ? sqlStore(createQuery(env.DB), { placeholder: '?', now })
        : durableObjectStore(namespace, { now });
    return Response.json(await executeCall(store, call));
  },
};
