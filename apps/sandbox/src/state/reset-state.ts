/** The reset of a namespace between tests. */
import { emptyState, type SandboxState } from './state.ts';

/** Parts of the state that a reset can keep. */
export type ResetPart = 'orders' | 'customers' | 'logs' | 'script' | 'settings' | 'clock' | 'webhookUrls';

/** Members of the state of each part. */
const resetParts: Readonly<Record<ResetPart, readonly (keyof SandboxState)[]>> = {
  orders: ['orders', 'references', 'payments', 'paymentReferences', 'challenges', 'dueEvents', 'outbox', 'sequence'],
  customers: ['customers', 'customerKeys', 'cardTokens', 'cardTokenReferences'],
  logs: ['messages', 'requests', 'counts', 'deliveries'],
  script: ['faults'],
  settings: ['settings'],
  clock: ['clockOffsetMs', 'frozenAtMs'],
  webhookUrls: ['webhookUrls'],
};

/** Names of the parts that a reset can keep. */
export const resetPartNames: readonly ResetPart[] = Object.keys(resetParts) as ResetPart[];

/**
 * Empties the state, sets it up again, and puts back the parts to keep. Access tokens always stay valid, so that a
 * client that holds one need not notice; so do the namespaces, each of which is reset by itself.
 *
 * @throws A TypeError for a part that does not exist.
 */
export function resetState(state: SandboxState, keep: readonly ResetPart[], startAgain: () => void): void {
  const unknown = keep.find((part) => !resetPartNames.includes(part));
  if (unknown !== undefined)
    throw new TypeError(`"keep" must be a list of ${resetPartNames.join(', ')}; "${unknown}" is none of them.`);
  const names = ['tokens', 'namespaces', ...keep.flatMap((part) => resetParts[part])] as const;
  const kept = Object.fromEntries(names.map((name) => [name, state[name]]));
  Object.assign(state, emptyState());
  startAgain();
  Object.assign(state, kept);
}
