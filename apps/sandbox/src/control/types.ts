import type { Fault } from '../state/fault-script.ts';
import type { Settings, WebhookMode } from '../state/settings.ts';
import type { PendingEvent, SandboxState, WebhookDelivery } from '../state/state.ts';

/** What can be seen of a running sandbox, and changed in it. */
export interface SandboxControls {
  /** Bends the next answers; each call adds to the script. Throws a TypeError for a fault that does not exist. */
  readonly script: (...faults: Fault[]) => void;
  readonly clearScript: () => void;
  /** Everything the sandbox knows; live, to be read. */
  readonly state: SandboxState;
  readonly settings: () => Settings;
  /** Changes settings from now on. Throws a TypeError that names a wrong one. */
  readonly configure: (changes: Partial<Settings>) => void;
  /** Moves the sandbox's clock ahead, by a year at most; a TypeError otherwise. */
  readonly advance: (seconds: number) => void;
  /** Where webhooks go, null for nowhere. Throws a TypeError for what is no http or https address. */
  readonly setWebhookUrl: (url: string | null) => void;
}

/** What the control routes and the control page work with. */
export interface ControlContext {
  readonly sandbox: SandboxControls;
  /** Sends an event as webhooks go out in the mode. */
  readonly send: (event: PendingEvent, mode: WebhookMode) => readonly WebhookDelivery[];
}
