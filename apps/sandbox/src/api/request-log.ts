/** The log of API calls that the control page and `GET /sandbox/requests` show. */
import type { ApiResponse } from './response.ts';
import type { Call } from './handle-call.ts';
import type { Fault } from '../state/fault-script.ts';
import { type JsonValue, parseJson } from '../lib/json.ts';
import { maskSecrets } from '../lib/mask-secrets.ts';
import { pushBounded, type RequestLogEntry } from '../state/state.ts';
import type { SandboxContext } from '../state/context.ts';

/** Logs a call with masked bodies and counts it. The caller updates the entry's status after a fault. */
export function logCall(
  context: SandboxContext,
  call: Call,
  path: string,
  method: string,
  response: ApiResponse,
  fault: Fault | null,
): RequestLogEntry {
  const { state } = context;
  state.counts[call.operation] = (state.counts[call.operation] ?? 0) + 1;
  const entry: RequestLogEntry = {
    number: (state.requests.at(-1)?.number ?? 0) + 1,
    at: new Date(context.nowMs).toISOString(),
    operation: call.operation,
    method,
    path,
    status: fault !== null || response.connectionLost === true ? null : response.status,
    ...((fault !== null || response.connectionLost === true) && { fault: fault?.fault ?? 'reset' }),
    request: maskBodyText(call.bodyText),
    response: maskSecrets(response.body),
  };
  pushBounded(state.requests, entry, 500);
  return entry;
}

function maskBodyText(text: string): JsonValue {
  if (text === '') return null;
  if (text.length > 16_384) return `(${text.length} characters)`;
  const value = parseJson(text);
  return value === undefined ? '(not JSON)' : maskSecrets(value);
}
