/** Public entry of the sandbox. Node's `listen` is an entry of its own. */
export type { BackgroundContext } from './lib/background.ts';
export { createSandbox, type Sandbox, type SandboxNamespace, type SandboxOptions } from './create-sandbox.ts';
export type { Findable } from './control/find-entries.ts';
export { type ResetPart, resetPartNames } from './state/reset-state.ts';
export { credentials, type Credentials, rightOtp } from './scenarios/credentials.ts';
export { type Fault, faultDefinitions, type FaultKind } from './state/fault-script.ts';
export { type Operation, operations } from './state/endpoints.ts';
export { amountDeclines } from './scenarios/declines.ts';
export { type Behaviour, type Scenario, scenarios } from './scenarios/scenarios.ts';
export { settingDefinitions } from './state/setting-definitions.ts';
export type { Settings, WebhookMode } from './state/settings.ts';
export type * from './state/state.ts';
export { readState, writeState } from './state/state-file.ts';
export {
  type ClientEntry,
  createSandboxClient,
  type FoundOrder,
  type SandboxClient,
  type SandboxClientOptions,
} from './testing/sandbox-client.ts';
