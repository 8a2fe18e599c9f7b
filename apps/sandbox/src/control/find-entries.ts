/** Filters of what a sandbox logged, for tests and for the queries of the control routes. */
import type { SandboxContext } from '../state/context.ts';
import type { OrderRecord, PhoneMessage, RequestLogEntry, SandboxState, WebhookDelivery } from '../state/state.ts';

/** Kinds of entries, each with its filters, all optional. */
export interface Findable {
  /** Text messages on the customer's phone. */
  messages: { filter: OrderFilter & { readonly paymentId?: string; readonly after?: number }; entry: PhoneMessage };
  /** Webhook deliveries. */
  webhooks: {
    filter: OrderFilter & { readonly eventType?: string; readonly state?: string; readonly after?: number };
    entry: WebhookDelivery;
  };
  /** API calls. `operation` is a name of {@link Operation}, or `unknown`. */
  requests: {
    filter: OrderFilter & {
      readonly operation?: string;
      /** HTTP status, or null for a call whose connection broke. */
      readonly status?: number | null;
      readonly path?: string;
      readonly after?: number;
    };
    entry: RequestLogEntry;
  };
  /** Orders and refunds. */
  orders: { filter: OrderFilter & { readonly status?: string }; entry: OrderRecord };
}

interface OrderFilter {
  readonly orderId?: string;
  /** Merchant order reference. */
  readonly reference?: string;
}

/** Names of the filters of each kind. */
export const filterNames: { readonly [K in keyof Findable]: readonly (string & keyof Findable[K]['filter'])[] } = {
  messages: ['orderId', 'reference', 'paymentId', 'after'],
  webhooks: ['orderId', 'reference', 'eventType', 'state', 'after'],
  requests: ['orderId', 'reference', 'operation', 'status', 'path', 'after'],
  orders: ['orderId', 'reference', 'status'],
};

const logs: { readonly [K in keyof Findable]: (state: SandboxState) => Findable[K]['entry'][] } = {
  messages: ({ messages }) => messages,
  webhooks: ({ deliveries }) => deliveries,
  requests: ({ requests }) => requests,
  orders: ({ orders }) => [...orders.values()],
};

/**
 * Returns the entries that match every given filter, oldest first.
 *
 * @throws A TypeError for a filter that the kind does not have.
 */
export function findEntries<K extends keyof Findable>(
  state: SandboxState,
  kind: K,
  filter: Findable[K]['filter'] = {},
): Findable[K]['entry'][] {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !(filterNames[kind] as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new TypeError(`"${unknown[0]}" is no filter of ${kind}. Those are ${filterNames[kind].join(', ')}.`);
  return logs[kind](state).filter((entry) => given.every(([name, value]) => matches(state, entry, name, value)));
}

function matches(state: SandboxState, entry: object, name: string, value: unknown): boolean {
  const members = entry as Readonly<Record<string, unknown>>;
  if (name === 'after') return Number(members['number']) > Number(value);
  const isOrder = 'reference' in members;
  if (name === 'reference')
    return isOrder ? members['reference'] === value : members['orderId'] === state.references.get(String(value));
  return members[isOrder && name === 'orderId' ? 'id' : name] === value;
}

/** State and clock that {@link waitForEntries} waits with. */
export interface EntryWaiting {
  readonly state: SandboxState;
  readonly now: () => number;
  /** Runs what is due by now. */
  readonly catchUp: () => void;
  /** Resolves at the next change of the state. */
  readonly nextChange: () => Promise<void>;
}

/** Waits until entries match, at most `waitMs` of real time. Returns them, or none. */
export async function waitForEntries<K extends keyof Findable>(
  { state, now, catchUp, nextChange }: EntryWaiting,
  kind: K,
  filter: Findable[K]['filter'],
  waitMs: number,
): Promise<Findable[K]['entry'][]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    catchUp();
    const found = findEntries(state, kind, filter);
    const leftMs = deadlineMs - performance.now();
    if (found.length > 0 || leftMs <= 0) return found;
    // What is due while nobody calls happens at the call that waits for it.
    const dueMs = state.frozenAtMs === null ? (state.dueEvents[0]?.atMs ?? Number.POSITIVE_INFINITY) - now() : leftMs;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1, Math.min(leftMs, dueMs)));
    });
    await Promise.race([pause, nextChange()]);
    clearTimeout(timer);
  }
}

/** Describes what was found in place of what was waited for. */
export function describeEntries(context: Pick<SandboxContext, 'state'>, kind: keyof Findable): string {
  const all = findEntries(context.state, kind).slice(-5);
  if (all.length === 0) return `There are no ${kind}.`;
  return `The last ${kind}: ${all.map((entry) => JSON.stringify(summarize(entry))).join(' ')}`;
}

// No OTP, body or answer: an error may end in the log of a build server.
const summaryNames = new Set([
  'number',
  'operation',
  'eventType',
  'state',
  'status',
  'orderId',
  'paymentId',
  'id',
  'reference',
]);

function summarize(entry: object): object {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => summaryNames.has(name)));
}
