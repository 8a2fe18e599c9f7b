/** `createSandbox`: the emulator as one fetch handler, which leads each request to its namespace. */
import { jsonResponse } from './api/response.ts';
import { createNamespace, type Namespace } from './create-namespace.ts';
import { findBackgroundContext } from './lib/background.ts';
import type { SandboxControls } from './control/sandbox-controls.ts';
import { type Sleep, sleep } from './lib/sleep.ts';
import { credentials, type Credentials } from './scenarios/credentials.ts';
import { findNamespace, namespaceCredentials, requireNamespaceName } from './scenarios/namespaces.ts';
import type { Settings } from './state/settings.ts';
import { emptyState, type SandboxState } from './state/state.ts';
import type { ClockStart } from './state/clock.ts';

/** Options of {@link createSandbox}: the settings, and the clock, network and state that a test can replace. */
export interface SandboxOptions extends Partial<Settings>, ClockStart {
  /**
   * Returns the time in epoch milliseconds. Where it does not follow the real time, `advance` or `whenIdle` sends the
   * webhooks that became due.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /** Makes ids reproducible: the same seed and calls give the same ids. */
  readonly seed?: number;
  /** Returns a part of each id. Ids are unique even if it repeats. @default crypto.randomUUID */
  readonly newId?: () => string;
  /** Origin of challenge URLs, for example `https://bank.example`. @default the origin of the request */
  readonly origin?: string;
  /**
   * Origin of challenge URLs in webhooks that become due before any request: those of a stored state.
   *
   * @default 'http://127.0.0.1'
   */
  readonly firstOrigin?: string;
  /** Sends webhooks. @default the platform's `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Sleeps before delayed responses and between webhook attempts; rejects when the signal aborts. @default a timer */
  readonly wait?: Sleep;
  /** URL of webhooks, or several. @default none */
  readonly webhookUrl?: string | readonly string[] | null;
  /** State to continue from: the `state` of a sandbox, or the result of `readState`. @default an empty state */
  readonly state?: SandboxState;
}

/** One namespace of a sandbox: nothing in it is shared with another. */
export interface SandboxNamespace extends SandboxControls {
  /** Credentials whose calls reach this namespace. */
  readonly credentials: Credentials;
  /**
   * Handles a request to Plural's API, the ACS page or the control routes. Accepts the arguments of `fetch`, so that it
   * can be passed in its place, and those that a runtime gives a server's handler: `(request, server)` in Bun,
   * `(request, env, context)` in Workers. `HEAD` gets the headers of `GET`.
   *
   * @throws A TypeError where a scripted fault breaks the connection.
   */
  readonly fetch: (input: Request | string | URL, ...rest: unknown[]) => Promise<Response>;
}

/** A running sandbox. Its methods are bound, so they may be passed around. */
export interface Sandbox extends SandboxNamespace {
  /**
   * Returns the namespace with a name, which is created at first use. Requests reach it by its client id
   * (`sandbox-client-<name>`), or by the header `sandbox-namespace`.
   *
   * @throws A TypeError for a name that is not 1 to 64 letters, digits, hyphens and underscores.
   * @example
   * ```ts
   * import { createPlural } from '@plural-otp/core';
   * import { createSandbox } from '@plural-otp/sandbox';
   *
   * const sandbox = createSandbox();
   * const basket = sandbox.namespace('basket-test');
   * basket.configure({ otpAttempts: 1 }); // no other test sees it
   * const { clientId, clientSecret } = basket.credentials; // sandbox-client-basket-test
   * createPlural({
   *   environment: { baseUrl: 'http://127.0.0.1:3001' },
   *   clientId,
   *   clientSecret,
   *   fetch: sandbox.fetch,
   * });
   * ```
   */
  readonly namespace: (name: string) => SandboxNamespace;
  /** Removes a namespace with its state, or all of them. */
  readonly removeNamespace: (name?: string) => void;
}

/** Returns true for options of `fetch`, and false for a server or an environment that a runtime passes. */
const isRequestInit = (value: unknown): value is RequestInit =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Converts the arguments of `fetch`, or of a runtime's handler, to a request. */
function toRequest(input: Request | string | URL, [init]: readonly unknown[]): Request {
  if (!isRequestInit(init)) return input instanceof Request ? input : new Request(input);
  return new Request(input, init);
}

/**
 * Creates an emulator of Plural's card payment API and of an issuer's ACS page: one fetch handler with state.
 *
 * @throws A TypeError for a setting that does not exist or whose value is not allowed, and for an invalid URL.
 * @example
 * ```ts
 * import { createPlural } from '@plural-otp/core';
 * import { createSandbox, credentials } from '@plural-otp/sandbox';
 *
 * const sandbox = createSandbox({ otpAttempts: 1 });
 * const plural = createPlural({
 *   environment: { baseUrl: 'http://127.0.0.1:3001' },
 *   clientId: credentials.clientId,
 *   clientSecret: credentials.clientSecret,
 *   fetch: sandbox.fetch, // no socket: every call is handled in this process
 * });
 * await plural.getCardDetails({
 *   amount: '110000',
 *   card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
 * });
 * console.log(sandbox.state.counts.getCardDetails); // 1
 * ```
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    now: realNow = Date.now,
    newId = () => crypto.randomUUID(),
    origin: givenOrigin,
    firstOrigin = 'http://127.0.0.1',
    fetch: send = (request: Request) => fetch(request),
    wait = sleep,
    webhookUrl,
    seed,
    startAtMs,
    frozen,
    state: stored,
    ...settings
  } = options;
  const rootState = stored ?? emptyState();
  const origin = givenOrigin === undefined ? undefined : new URL(givenOrigin).origin;
  const children = new Map<string, Namespace>();

  function create(name: string, state: SandboxState, isStored: boolean): Namespace {
    return createNamespace({
      name,
      state,
      isStored,
      settings,
      webhookUrls: webhookUrl === undefined ? undefined : webhookUrl === null ? [] : [webhookUrl].flat(),
      clockStart: { ...(startAtMs !== undefined && { startAtMs }), ...(frozen !== undefined && { frozen }) },
      realNow,
      time: options.wait !== undefined ? 'given' : options.now !== undefined ? 'clockOnly' : 'real',
      seed,
      newId,
      origin,
      firstOrigin: new URL(firstOrigin).origin,
      send,
      wait,
      namespaces:
        name === ''
          ? { names: () => [...rootState.namespaces.keys()], remove }
          : { names: () => [], remove: () => undefined },
    });
  }

  function find(name: string): Namespace {
    if (name === '') return root;
    const known = children.get(name);
    if (known !== undefined) return known;
    requireNamespaceName(name);
    const storedState = rootState.namespaces.get(name);
    const state = storedState ?? emptyState();
    const created = create(name, state, storedState !== undefined);
    rootState.namespaces.set(name, state);
    children.set(name, created);
    return created;
  }

  function remove(name?: string): void {
    for (const each of name === undefined ? [...children.keys(), ...rootState.namespaces.keys()] : [name]) {
      // Ends its deliveries and timers.
      children.get(each)?.reset();
      children.delete(each);
      rootState.namespaces.delete(each);
    }
  }

  async function lead(name: string | null, input: Request | string | URL, rest: readonly unknown[]): Promise<Response> {
    const runtime = findBackgroundContext(rest);
    const given = toRequest(input, rest);
    const request = given.method === 'HEAD' ? new Request(given, { method: 'GET' }) : given;
    let namespace: Namespace;
    try {
      namespace = find(name ?? (await findNamespace(request, (known) => rootState.namespaces.has(known))));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return jsonResponse({ status: 400, body: { problem: error.message } });
    }
    const response = await namespace.handle(request, runtime);
    if (given.method !== 'HEAD') return response;
    return new Response(null, { status: response.status, headers: response.headers });
  }

  const root = create('', rootState, stored !== undefined);
  // Webhooks that are due in a stored namespace are sent without a request to it.
  for (const name of rootState.namespaces.keys()) find(name);
  return {
    ...root,
    credentials,
    fetch: (input, ...rest) => lead(null, input, rest),
    whenIdle: async () => {
      await Promise.all([root, ...children.values()].map(({ whenIdle }) => whenIdle()));
    },
    namespace: (name) => ({
      ...find(requireNamespaceName(name)),
      credentials: namespaceCredentials(name),
      fetch: (input, ...rest) => lead(name, input, rest),
    }),
    removeNamespace: remove,
  };
}
