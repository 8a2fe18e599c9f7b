/** The controls of a running sandbox: what tests call directly and the control routes call for others. */
import type { Decision } from '../state/decision.ts';
import type { LiveView } from './live-view.ts';
import type { Fault } from '../state/fault-script.ts';
import type { Settings, WebhookMode } from '../state/settings.ts';
import type { ResetPart } from '../state/reset-state.ts';
import type { PendingEvent, SandboxState, WebhookDelivery } from '../state/state.ts';
import type { Findable } from './find-entries.ts';

/** Reads and changes of a running sandbox, for tests and the control routes. */
export interface SandboxControls {
  /**
   * Adds faults to the script, which applies them to the next responses in the sequence in which they were added.
   *
   * @throws A TypeError for an invalid fault.
   * @example
   * ```ts
   * import { createSandbox } from '@plural-otp/sandbox';
   *
   * const sandbox = createSandbox();
   * // The next submit takes effect, and its response is lost.
   * sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
   * // Then two order reads are rate limited.
   * sandbox.script({ operation: 'getOrder', fault: 'rateLimit', retryAfter: '2', times: 2 });
   * ```
   */
  readonly script: (...faults: Fault[]) => void;
  /** Removes all faults from the script, or those of one order. */
  readonly clearScript: (order?: string) => void;
  /** Live state of the sandbox. Read it; do not change it. */
  readonly state: SandboxState;
  /** Returns the current settings. */
  readonly settings: () => Settings;
  /**
   * Changes settings.
   *
   * @throws A TypeError that names an unknown setting, or one whose value is not allowed.
   */
  readonly configure: (changes: Partial<Settings>) => void;
  /**
   * Decides a pending payment in place of the issuer, with or without an OTP. After `hold` the issuer accepts the right
   * OTP and decides nothing until `approve` or `decline`.
   *
   * @throws A TypeError for an unknown payment, and for one that is decided already.
   */
  readonly decide: (paymentId: string, decision: Decision) => void;
  /**
   * Moves the sandbox's clock forward by at most a year, and runs what is due by then.
   *
   * @throws A TypeError for any other number.
   */
  readonly advance: (seconds: number) => void;
  /**
   * Sets the time, and whether the clock stands still. What is due by then happens.
   *
   * @throws A TypeError for a time outside the years 1970 to 9999.
   */
  readonly setClock: (change: { readonly nowMs?: number; readonly frozen?: boolean }) => void;
  /** Sets the clock back to what it was at the start: by default the real time. What was due by then has happened. */
  readonly resetClock: () => void;
  /**
   * Sets the URL that webhooks are sent to, or several; null for none.
   *
   * @throws A TypeError for a string that is no http or https URL, or that holds a user name or a password.
   */
  readonly setWebhookUrl: (url: string | readonly string[] | null) => void;
  /**
   * Returns to the state at the start: no orders, logs or faults, and the settings, clock and webhook URLs that were
   * given. Webhooks that are still to be retried are dropped. Access tokens stay valid, and namespaces are not touched.
   *
   * @throws A TypeError for a part to keep that does not exist.
   */
  readonly reset: (options?: { readonly keep?: readonly ResetPart[] }) => void;
  /**
   * Returns the logged messages, webhooks, requests or orders that match every given filter, oldest first.
   *
   * @throws A TypeError for a filter that does not exist.
   * @example
   * ```ts
   * import { createSandbox } from '@plural-otp/sandbox';
   *
   * const sandbox = createSandbox();
   * const submits = sandbox.find('requests', { operation: 'submitOtp', reference: 'order-17' });
   * console.log(submits.length); // how often an OTP of this order reached "Plural"
   * ```
   */
  readonly find: <K extends keyof Findable>(kind: K, filter?: Findable[K]['filter']) => Findable[K]['entry'][];
  /** As `find`, but waits up to `waitMs` of real time until something matches. */
  readonly findWithin: <K extends keyof Findable>(
    kind: K,
    filter: Findable[K]['filter'],
    waitMs: number,
  ) => Promise<Findable[K]['entry'][]>;
  /**
   * Returns the first entry that matches, and waits for it up to `waitMs` of real time (default: 5 seconds).
   *
   * @throws An Error that names what was logged in place of it.
   */
  readonly waitFor: <K extends keyof Findable>(
    kind: K,
    filter?: Findable[K]['filter'],
    waitMs?: number,
  ) => Promise<Findable[K]['entry']>;
  /** Returns the state as JSON, for `importState` or a state file. */
  readonly exportState: () => string;
  /**
   * Replaces the state by one of `exportState`.
   *
   * @throws A TypeError when the string is not a state.
   */
  readonly importState: (text: string) => void;
  /**
   * Resolves when every webhook that is due was sent, with its retries. With a clock that a test moves, what becomes due
   * later does not count.
   */
  readonly whenIdle: () => Promise<void>;
}

/** The namespaces of a sandbox, for the control routes. A namespace has none. */
export interface NamespaceList {
  readonly names: () => readonly string[];
  /** Removes the namespace with a name, or all of them. */
  readonly remove: (name?: string) => void;
}

/** Context of the control routes and the control page. */
export interface ControlContext {
  readonly sandbox: SandboxControls;
  /** Records an event and starts its delivery in the given mode. */
  readonly send: (event: PendingEvent, mode: WebhookMode) => readonly WebhookDelivery[];
  /** Starts deliveries that were paused. */
  readonly release: (deliveries: readonly WebhookDelivery[]) => void;
  readonly namespaces: NamespaceList;
  /** Returns the OpenAPI document of the emulated API. */
  readonly describeApi: (origin: string) => Promise<object>;
  /** Compares the live regions with what a page has been shown. */
  readonly live: LiveView;
  /** Resolves at the next change of the state. */
  readonly nextChange: () => Promise<void>;
  /** Runs what is due by now. */
  readonly catchUp: () => void;
}
