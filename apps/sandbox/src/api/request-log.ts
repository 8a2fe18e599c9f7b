/** The log of API calls that the control page and `GET /sandbox/requests` show. */
import type { ApiResponse } from './response.ts';
import type { Call } from './handle-call.ts';
import type { Fault } from '../state/fault-script.ts';
import { isJsonObject, type JsonValue, parseJson } from '../lib/json.ts';
import { maskCardNumbers, maskSecrets } from '../lib/mask-secrets.ts';
import { nextNumber, pushBounded, type RequestLogEntry } from '../state/state.ts';
import type { SandboxContext } from '../state/context.ts';

const maxEntries = 500;
// A longer body is logged by its length, so that the log and the control page stay small.
const maxLoggedCharacters = 16_384;

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
  const request = call.bodyText.length > maxLoggedCharacters ? undefined : parseJson(call.bodyText);
  const requestId = call.headers.get('request-id');
  const entry: RequestLogEntry = {
    number: nextNumber(state.requests),
    at: new Date(context.nowMs).toISOString(),
    operation: call.operation,
    method,
    path: maskPath(path),
    orderId: findOrderId(context, call, request, response.body),
    status: fault !== null || response.connectionLost === true ? null : response.status,
    ...((fault !== null || response.connectionLost === true) && { fault: fault?.fault ?? 'reset' }),
    ...(requestId !== null && { requestId: maskCardNumbers(requestId).slice(0, 100) }),
    request: maskBodyText(call.bodyText, request),
    response: maskResponse(response.body),
  };
  pushBounded(state.requests, entry, maxEntries);
  return entry;
}

/** Logs a request that no endpoint answers: a misspelt path, or a method that the path does not have. */
export function logUnknown(context: SandboxContext, path: string, method: string, response: ApiResponse): void {
  const { state } = context;
  const entry: RequestLogEntry = {
    number: nextNumber(state.requests),
    at: new Date(context.nowMs).toISOString(),
    operation: 'unknown',
    method,
    path: maskPath(path),
    orderId: null,
    status: response.status,
    request: null,
    response: response.body,
  };
  pushBounded(state.requests, entry, maxEntries);
}

function findOrderId(
  { state }: SandboxContext,
  call: Call,
  request: JsonValue | undefined,
  response: JsonValue,
): string | null {
  if (call.operation === 'getOrderByReference') return state.references.get(call.id) ?? null;
  if (call.id !== '') return state.orders.has(call.id) ? call.id : null;
  const paymentId = isJsonObject(request) ? request['payment_id'] : undefined;
  if (typeof paymentId === 'string') return state.payments.get(paymentId) ?? null;
  const data = isJsonObject(response) ? response['data'] : undefined;
  const orderId = isJsonObject(data ?? null) ? (data as Readonly<Record<string, unknown>>)['order_id'] : undefined;
  return typeof orderId === 'string' ? orderId : null;
}

function maskPath(path: string): string {
  return maskCardNumbers(path).slice(0, 2000);
}

function maskBodyText(text: string, value: JsonValue | undefined): JsonValue {
  if (text === '') return null;
  if (text.length > maxLoggedCharacters) return `(${text.length} characters)`;
  return value === undefined ? '(not JSON)' : maskSecrets(value);
}

function maskResponse(body: JsonValue): JsonValue {
  const { length } = JSON.stringify(body);
  return length > maxLoggedCharacters ? `(${length} characters)` : maskSecrets(body);
}
