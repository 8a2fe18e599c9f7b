/** A client of a running sandbox, for tests in another process than its own. */
import type { Findable } from '../control/find-entries.ts';
import type { JsonObject } from '../lib/json.ts';
import { credentials, type Credentials } from '../scenarios/credentials.ts';
import { namespaceCredentials, namespaceHeader, requireNamespaceName } from '../scenarios/namespaces.ts';
import type { Fault } from '../state/fault-script.ts';
import type { ResetPart } from '../state/reset-state.ts';
import type { Settings } from '../state/settings.ts';

/** Options of {@link createSandboxClient}. */
export interface SandboxClientOptions {
  /** Origin of the sandbox, for example `http://127.0.0.1:3001`. */
  readonly origin: string;
  /** Namespace to use. @default the sandbox's own */
  readonly namespace?: string;
  /** Sends the requests. The `fetch` of a sandbox in this process needs no socket. @default the platform's `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** An order as the API shows it, with what the sandbox knows of it. */
export interface FoundOrder {
  readonly order: JsonObject;
  /** Number of API calls about it, of each operation. */
  readonly calls: Readonly<Partial<Record<string, number>>>;
  readonly otpsSent: number;
  readonly history: readonly { readonly at: string; readonly event: string }[];
}

/** Entries that the client finds: as in the process, but orders as the API shows them. */
export type ClientEntry<K extends keyof Findable> = K extends 'orders' ? FoundOrder : Findable[K]['entry'];

/** Reads and changes of one namespace of a running sandbox. */
export interface SandboxClient {
  readonly origin: string;
  /** Credentials whose calls reach the namespace. */
  readonly credentials: Credentials;
  /** Returns the OTP of the newest message that reached the customer's phone, and waits for one up to 5 seconds. */
  readonly otp: (filter?: Findable['messages']['filter']) => Promise<string>;
  /** Returns what matches every given filter, oldest first. */
  readonly find: <K extends keyof Findable>(kind: K, filter?: Findable[K]['filter']) => Promise<ClientEntry<K>[]>;
  /**
   * Returns the first entry that matches, and waits for it up to `waitMs` (default: 5 seconds).
   *
   * @throws An Error that names the filter.
   */
  readonly waitFor: <K extends keyof Findable>(
    kind: K,
    filter?: Findable[K]['filter'],
    waitMs?: number,
  ) => Promise<ClientEntry<K>>;
  readonly script: (...faults: Fault[]) => Promise<void>;
  readonly clearScript: () => Promise<void>;
  readonly configure: (changes: Partial<Settings>) => Promise<void>;
  readonly advance: (seconds: number) => Promise<void>;
  readonly setWebhookUrl: (url: string | readonly string[] | null) => Promise<void>;
  readonly reset: (options?: { readonly keep?: readonly ResetPart[] }) => Promise<void>;
  /** Removes the namespace with its state. The sandbox's own is reset. */
  readonly remove: () => Promise<void>;
  /** Calls any control route. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<JsonObject>;
}

const defaultWaitMs = 5000;
// One answer of the sandbox waits no longer than this.
const maxWaitMs = 60_000;
const listNames: Readonly<Record<keyof Findable, string>> = {
  messages: 'messages',
  webhooks: 'deliveries',
  requests: 'requests',
  orders: 'orders',
};

/**
 * Creates a client of a running sandbox.
 *
 * @throws A TypeError for an invalid origin or namespace.
 * @example
 * ```ts
 * import { createSandbox, createSandboxClient } from '@plural-otp/sandbox';
 * import { listen } from '@plural-otp/sandbox/listen';
 *
 * const server = await listen(createSandbox(), 0);
 * const bank = createSandboxClient({ origin: server.origin, namespace: 'checkout' });
 * await bank.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
 * console.log(bank.credentials.clientId); // sandbox-client-checkout
 * await bank.remove();
 * await server.close();
 * ```
 */
export function createSandboxClient({
  origin: given,
  namespace = '',
  fetch: send = (request) => fetch(request),
}: SandboxClientOptions): SandboxClient {
  const { origin } = new URL(given);
  if (namespace !== '') requireNamespaceName(namespace);

  async function call(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const response = await send(
      new Request(`${origin}${path}`, {
        method,
        headers: {
          ...(namespace !== '' && { [namespaceHeader]: namespace }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path.split('?', 1)[0]}: ${response.status} ${problemOf(text)}`);
    return JSON.parse(text) as JsonObject;
  }

  async function list<K extends keyof Findable>(
    kind: K,
    filter: Findable[K]['filter'],
    waitMs: number,
  ): Promise<ClientEntry<K>[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
    if (waitMs > 0) query.set('waitMs', String(Math.min(waitMs, maxWaitMs)));
    const found = await call('GET', `/sandbox/${kind}?${query.toString()}`);
    return found[listNames[kind]] as unknown as ClientEntry<K>[];
  }

  /** Returns every entry that matches, once there is one. `waitMs` is what is left of a wait of `wholeWaitMs`. */
  async function waitForAll<K extends keyof Findable>(
    kind: K,
    filter: Findable[K]['filter'],
    waitMs: number,
    wholeWaitMs = waitMs,
  ): Promise<ClientEntry<K>[]> {
    let leftMs = waitMs;
    do {
      const found = await list(kind, filter, leftMs);
      if (found.length > 0) return found;
      leftMs -= maxWaitMs;
    } while (leftMs > 0);
    const seen = await list(kind, {}, 0);
    throw new Error(
      `No entry of ${kind} matched ${JSON.stringify(filter)} within ${wholeWaitMs} ms; there are ${seen.length} others.`,
    );
  }

  async function getOtp(filter: Findable['messages']['filter'] = {}): Promise<string> {
    const deadlineMs = performance.now() + defaultWaitMs;
    let after = filter.after ?? 0;
    for (;;) {
      const leftMs = Math.max(0, Math.ceil(deadlineMs - performance.now()));
      const messages = await waitForAll('messages', { ...filter, after }, leftMs, defaultWaitMs);
      const arrived = messages.filter((message) => message.arrived);
      const newest = arrived.at(-1);
      if (newest !== undefined) return newest.otp;
      after = messages.at(-1)?.number ?? after;
    }
  }

  const post = async (path: string, body: unknown): Promise<void> => void (await call('POST', path, body));
  return {
    origin,
    credentials: namespace === '' ? credentials : namespaceCredentials(namespace),
    otp: getOtp,
    find: (kind, filter = {}) => list(kind, filter, 0),
    waitFor: async (kind, filter = {}, waitMs = defaultWaitMs) => {
      const [first] = await waitForAll(kind, filter, waitMs);
      // There is one, or the wait has failed.
      return first as ClientEntry<typeof kind>;
    },
    script: (...faults) => post('/sandbox/script', faults),
    clearScript: async () => void (await call('DELETE', '/sandbox/script')),
    configure: (changes) => post('/sandbox/settings', changes),
    advance: (advanceSeconds) => post('/sandbox/clock', { advanceSeconds }),
    setWebhookUrl: (url) => post('/sandbox/webhook-url', { url }),
    reset: (options = {}) => post('/sandbox/reset', options),
    remove: async () => {
      if (namespace === '') return post('/sandbox/reset', {});
      // The list of namespaces belongs to the sandbox's own.
      await send(new Request(`${origin}/sandbox/namespaces?name=${namespace}`, { method: 'DELETE' }));
    },
    call,
  };
}

function problemOf(text: string): string {
  try {
    return String((JSON.parse(text) as { problem?: unknown }).problem);
  } catch {
    return 'without a JSON body; is this a sandbox?';
  }
}
