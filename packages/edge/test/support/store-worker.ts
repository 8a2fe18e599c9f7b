/** A Worker that serves the Durable Objects store and the SQL store on D1 to the tests in `workerd.live.test.ts`. */
import { durableObjectStore, PaymentStoreObject, type PaymentNamespace } from '../../src/stores/durable-object.ts';
import type { PaymentStore } from '../../src/stores/payment-store.ts';
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';
import { createTable, sqlStore, type SqlQuery } from '../../src/stores/sql.ts';
import { executeCall, type StoreCall } from './remote-store.ts';
import { accelerateAlarms, setClockSpeed } from './worker-time.ts';

/** Bound as it is: a class whose `wake` nobody has overridden. */
export { PaymentStoreObject };

interface Database {
  prepare(text: string): { bind(...params: unknown[]): { all(): Promise<{ results: Record<string, unknown>[] }> } };
}
interface Env {
  PAYMENTS: PaymentNamespace;
  PLAIN: PaymentNamespace;
  DB: Database;
}

/** What the objects do until the next plan. */
export interface Plan {
  /** Step at which an object dies, counted from the plan: a write, an alarm set, or a wake begun or done. 0: never. */
  dieAtStep: number;
  /** What `wake` does to its record: nothing, fail, clear its due time, or move that by a minute. */
  wake: 'leaves' | 'throws' | 'finishes' | 'postpones';
  /** How many times faster than the engine's the clock of the objects runs. */
  clockSpeed: number;
}

/** Requests of the test other than store calls; `tell` sends a call to one object, as the store would. */
type Instruction =
  | { do: 'clear' }
  | { do: 'plan'; plan: Plan }
  | { do: 'woken' }
  | { do: 'now' }
  | { do: 'tell'; store: string; key: string; call: object };

// Miniflare runs the Worker and its objects in one isolate, so that the Worker can plan what they do.
let plan: Plan = { dieAtStep: 0, wake: 'leaves', clockSpeed: 1 };
let steps = 0;
/** Keys in the order they were woken, since this isolate began. */
const woken: string[] = [];

interface State extends PaymentObjectState {
  abort(reason: string): void;
  storage: PaymentObjectState['storage'] & { list(): Promise<Map<string, unknown>> };
}

function countStep(state: State): void {
  steps += 1;
  if (steps === plan.dieAtStep) state.abort('aborted by the test');
}

/** An object that dies and wakes its payment as planned. */
export class TestObject extends PaymentStoreObject<Env> {
  readonly #state: State;
  constructor(state: State, env: Env) {
    const storage = new Proxy(accelerateAlarms(state.storage), {
      get(target, name) {
        if (name === 'put' || name === 'setAlarm') countStep(state);
        return Reflect.get(target, name) as unknown;
      },
    });
    super({ storage, blockConcurrencyWhile: state.blockConcurrencyWhile.bind(state) }, env);
    this.#state = state;
  }
  override async wake(key: string): Promise<void> {
    woken.push(key);
    countStep(this.#state);
    if (plan.wake === 'throws') throw new TypeError('the handler failed, as the test planned');
    if (plan.wake === 'leaves') return;
    // As a handler does: through the namespace, to this same object.
    const store = durableObjectStore(this.env.PAYMENTS);
    const found = await store.load(key);
    const dueAtMs = plan.wake === 'finishes' ? null : Date.now() + 60_000;
    await store.save(key, 'woken', { version: found?.version, keepSeconds: 3600, dueAtMs });
    countStep(this.#state);
  }
  override async fetch(request: Request): Promise<Response> {
    const call = (await request.clone().json()) as { do: string };
    if (call.do === 'ring') await this.alarm();
    if (call.do === 'ring' || call.do === 'kept') {
      return Response.json([...(await this.#state.storage.list()).keys()].sort());
    }
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

/** Prefixes keys with the store's name, so that each test has empty objects. */
function openObjects(namespace: PaymentNamespace, name: string, now: () => number): PaymentStore {
  const store = durableObjectStore(namespace, { now });
  return {
    load: (key) => store.load(`${name} ${key}`),
    save: (key, value, terms) => store.save(`${name} ${key}`, value, terms),
    claim: (...call) => store.claim(...call),
  };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const call = (await request.json()) as StoreCall | Instruction;
    if (call.do === 'clear') {
      const query = createQuery(env.DB);
      for (const statement of createTable.split(';').filter(Boolean)) await query(statement, []);
      return Response.json(await query('DELETE FROM plural_otp_payments', []));
    }
    if (call.do === 'plan') {
      ({ plan } = call);
      setClockSpeed(plan.clockSpeed);
      steps = 0;
      return Response.json(true);
    }
    if (call.do === 'woken') return Response.json({ woken, steps });
    if (call.do === 'now') return Response.json(Date.now());
    const namespace = call.store.startsWith('plain') ? env.PLAIN : env.PAYMENTS;
    if (call.do === 'tell') {
      const object = namespace.get(namespace.idFromName(`record ${call.store} ${call.key}`) as never);
      const response = await object.fetch('https://x/', { method: 'POST', body: JSON.stringify(call.call) });
      return Response.json(await response.json());
    }
    const now = (): number => call.nowMs;
    const store =
      call.store === 'd1'
        ? sqlStore(createQuery(env.DB), { placeholder: '?', now })
        : openObjects(namespace, call.store, now);
    return Response.json(await executeCall(store, call));
  },
};
