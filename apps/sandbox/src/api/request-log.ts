import type { Answer } from './response.ts';
import type { Call } from './handle-call.ts';
import type { Fault } from '../state/fault-script.ts';
import { type JsonValue, parseJson } from '../lib/json.ts';
import { masked } from '../lib/mask-secrets.ts';
import { type RequestLogEntry, remember } from '../state/state.ts';
import type { World } from '../state/context.ts';

/** Writes a call down, masked, and counts it. The entry's status is set again when a fault changes it. */
export function logCall(
  world: World,
  call: Call,
  path: string,
  method: string,
  answer: Answer,
  fault: Fault | null,
): RequestLogEntry {
  const { state } = world;
  state.counts[call.operation] = (state.counts[call.operation] ?? 0) + 1;
  const entry: RequestLogEntry = {
    number: (state.requests.at(-1)?.number ?? 0) + 1,
    at: new Date(world.nowMs).toISOString(),
    operation: call.operation,
    method,
    path,
    status: fault !== null || answer.lost === true ? null : answer.status,
    ...((fault !== null || answer.lost === true) && { fault: fault?.fault ?? 'reset' }),
    request: maskedText(call.bodyText),
    answer: masked(answer.body),
  };
  remember(state.requests, entry, 500);
  return entry;
}

function maskedText(text: string): JsonValue {
  if (text === '') return null;
  if (text.length > 16_384) return `(${text.length} characters)`;
  const value = parseJson(text);
  return value === undefined ? '(not JSON)' : masked(value);
}
