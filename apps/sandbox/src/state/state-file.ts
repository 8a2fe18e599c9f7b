/** The state as a string, so that a sandbox can continue after a restart. */
import { emptyState, type SandboxState } from './state.ts';
import { findStateIssue } from './state-schema.ts';

const version = 3;

/** Serializes the state to JSON for {@link readState}. */
export function writeState(state: SandboxState): string {
  return JSON.stringify({ version, state: toPlain(state) });
}

function toPlain(state: SandboxState): object {
  const plain = Object.entries(state).map(([name, value]) => [
    name,
    value instanceof Map ? [...value] : (value as unknown),
  ]);
  const namespaces = [...state.namespaces].map(([name, child]) => [name, toPlain(child)]);
  return { ...(Object.fromEntries(plain) as object), namespaces };
}

/**
 * Parses a state of {@link writeState}. A webhook delivery that was in flight becomes `failed`: it is not resumed, but
 * its event can be sent again.
 *
 * @throws A TypeError when the string is not a state, is one of another version, or has a member of a wrong type.
 */
export function readState(text: string): SandboxState {
  const file = parse(text);
  if (typeof file?.state !== 'object' || file.state === null || (file.version !== version && file.version !== 2))
    throw new TypeError(`Not a state file of this sandbox version (${version}).`);
  const stored = file.state as StoredState;
  return fromPlain(file.version === 2 ? upgrade(stored) : stored, 'state');
}

type StoredState = Readonly<Partial<Record<string, unknown>>>;

/** Brings a state of version 2 to version 3: one webhook URL became a list, and log entries got numbers. */
function upgrade(stored: StoredState): StoredState {
  const number = (log: unknown): unknown =>
    Array.isArray(log) ? log.map((entry: object, index) => ({ orderId: null, number: index + 1, ...entry })) : log;
  const { webhookUrl, messages, deliveries, requests, ...rest } = stored;
  return {
    ...rest,
    messages: number(messages),
    deliveries: number(deliveries),
    requests: number(requests),
    webhookUrls: typeof webhookUrl === 'string' ? [webhookUrl] : [],
  };
}

function fromPlain(stored: StoredState, path: string): SandboxState {
  const issue = findStateIssue(stored, path);
  if (issue !== null) throw new TypeError(`Not a state file: ${issue}.`);
  const members = Object.entries(emptyState()).map(([name, empty]) => {
    const value = stored[name];
    if (value === undefined) return [name, empty as unknown];
    return [name, empty instanceof Map ? new Map(value as [unknown, unknown][]) : value];
  });
  const state = Object.fromEntries(members) as SandboxState;
  for (const delivery of state.deliveries) if (delivery.state === 'sending') delivery.state = 'failed';
  const namespaces = [...state.namespaces].map(
    ([name, child]) => [name, fromPlain(child as never, `${path}.namespaces[${name}]`)] as const,
  );
  return { ...state, namespaces: new Map(namespaces) };
}

function parse(text: string): { version?: unknown; state?: unknown } | null {
  try {
    return JSON.parse(text) as { version?: unknown; state?: unknown } | null;
  } catch {
    return null;
  }
}
