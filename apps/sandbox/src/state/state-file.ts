/** The state as a string, so that a sandbox can continue after a restart. */
import { emptyState, type SandboxState } from './state.ts';

/** Serializes the state to JSON for {@link readState}. */
export function writeState(state: SandboxState): string {
  const plain = Object.entries(state).map(([name, value]) => [
    name,
    value instanceof Map ? [...value] : (value as unknown),
  ]);
  return JSON.stringify({ version: 2, state: Object.fromEntries(plain) as unknown });
}

/**
 * Parses a state of {@link writeState}. A webhook delivery that was in flight becomes `failed`: it is not resumed, but
 * its event can be sent again.
 *
 * @throws A TypeError when the string is not a state, or one of another version.
 */
export function readState(text: string): SandboxState {
  const file = parse(text);
  if (file?.version !== 2 || typeof file.state !== 'object')
    throw new TypeError('Not a state file of this sandbox version.');
  const stored = file.state as Partial<Record<string, unknown>>;
  const members = Object.entries(emptyState()).map(([name, empty]) => {
    const value = stored[name];
    if (value === undefined) return [name, empty as unknown];
    return [name, empty instanceof Map ? new Map(value as [unknown, unknown][]) : value];
  });
  const state = Object.fromEntries(members) as SandboxState;
  for (const delivery of state.deliveries) if (delivery.state === 'sending') delivery.state = 'failed';
  return state;
}

function parse(text: string): { version?: unknown; state?: unknown } | null {
  try {
    return JSON.parse(text) as { version?: unknown; state?: unknown } | null;
  } catch {
    return null;
  }
}
