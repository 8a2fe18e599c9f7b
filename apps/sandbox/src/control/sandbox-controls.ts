/** The controls of a running sandbox: what tests call directly and the control routes call for others. */
import type { Fault } from '../state/fault-script.ts';
import type { Settings, WebhookMode } from '../state/settings.ts';
import type { PendingEvent, SandboxState, WebhookDelivery } from '../state/state.ts';

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
   * Moves the sandbox's clock forward by at most a year, and runs what is due by then.
   *
   * @throws A TypeError for any other number.
   */
  readonly advance: (seconds: number) => void;
  /** Sets the sandbox's clock back to the real time. What was due by then has happened. */
  readonly resetClock: () => void;
  /**
   * Sets the URL that webhooks are sent to, null for none.
   *
   * @throws A TypeError for a string that is no http or https URL.
   */
  readonly setWebhookUrl: (url: string | null) => void;
}

/** Context of the control routes and the control page. */
export interface ControlContext {
  readonly sandbox: SandboxControls;
  /** Records an event and starts its delivery in the given mode. */
  readonly send: (event: PendingEvent, mode: WebhookMode) => readonly WebhookDelivery[];
}
