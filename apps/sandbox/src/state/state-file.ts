import { emptyState, type SandboxState } from './state.ts';

/** The whole state as one JSON text, for `readState`. */
export function writeState(state: SandboxState): string {
  const plain = Object.entries(state).map(([name, value]) => [
    name,
    value instanceof Map ? [...value] : (value as unknown),
  ]);
  return JSON.stringify({ version: 2, state: Object.fromEntries(plain) as unknown });
}

/**
 * The state that `writeState` wrote. A delivery that was under way is not taken up again; its event can be sent anew.
 * Throws a TypeError when the text is something else.
 */
export function readState(text: string): SandboxState {
  const file = parse(text);
  if (file?.version !== 2 || typeof file.state !== 'object') throw new TypeError('This is no state of this sandbox.');
  const kept = file.state as Partial<Record<string, unknown>>;
  const members = Object.entries(emptyState()).map(([name, empty]) => {
    const value = kept[name];
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
