/**
 * Scripted faults: their types and documentation, the validation of faults that arrive as JSON, and the queue they are
 * taken from. Validated by hand because the sandbox has no dependencies.
 */
import { isJsonObject, type JsonValue } from '../lib/json.ts';
import { type Operation, operations } from './endpoints.ts';

/** A fault to apply to the next responses of an operation. */
export type Fault = FaultTarget & FaultKind;

interface FaultTarget {
  readonly operation: Operation | '*';
  /** Id or merchant reference of the order whose calls it applies to. @default all orders */
  readonly order?: string;
  /** Number of responses to apply the fault to; 0 for all until the script is cleared. @default 1 */
  readonly times?: number;
  /** Number of responses to let pass first. @default 0 */
  readonly skip?: number;
  /** True when the call does its work before the fault is applied. The default is the fault's own: {@link faultDefinitions}. */
  readonly takesEffect?: boolean;
}

/** The kinds of faults with their parameters; {@link faultDefinitions} describes each. */
export type FaultKind =
  | { readonly fault: 'delay'; readonly delayMs: number }
  | { readonly fault: 'hang' }
  | { readonly fault: 'reset' }
  | {
      readonly fault: 'status';
      readonly status: number;
      readonly body?: JsonValue;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly fault: 'rateLimit'; readonly retryAfter?: string }
  | { readonly fault: 'errorIn200'; readonly code?: string }
  | { readonly fault: 'redirect'; readonly status?: 301 | 302 | 303 | 307 | 308; readonly location?: string }
  | { readonly fault: 'malformedJson' }
  | { readonly fault: 'html' }
  | { readonly fault: 'empty' }
  | { readonly fault: 'cut' }
  | { readonly fault: 'drip'; readonly chunkMs?: number }
  | { readonly fault: 'wrongLength' }
  | { readonly fault: 'huge'; readonly bytes?: number };

/** A fault in the script with its remaining counts. */
export interface ScriptedFault {
  readonly fault: Fault;
  /** Number of responses still to let pass. */
  skip: number;
  /** Number of responses still to apply it to; 0 means without limit. */
  remaining: number;
}

/** For each fault the default of `takesEffect`, and a description of what the client sees. */
export const faultDefinitions: {
  readonly [K in FaultKind['fault']]: { readonly takesEffect: boolean; readonly description: string };
} = {
  delay: { takesEffect: true, description: 'The call takes effect at once; its response arrives `delayMs` later.' },
  hang: { takesEffect: true, description: 'No response arrives; the connection stays open.' },
  reset: { takesEffect: false, description: 'The connection is reset before a response.' },
  status: {
    takesEffect: false,
    description: 'A response with `status`, `body` (default: an error body; null for none) and `headers`.',
  },
  rateLimit: {
    takesEffect: false,
    description:
      '429 API_RATE_LIMIT with `retryAfter` as the unchecked `Retry-After` header: seconds, a date, or an invalid value.',
  },
  errorIn200: { takesEffect: false, description: '200 with an error body of `code`.' },
  redirect: { takesEffect: false, description: 'A redirect with `status` (default 302) to `location`.' },
  malformedJson: { takesEffect: true, description: '200 with truncated JSON.' },
  html: { takesEffect: true, description: '200 with an HTML page.' },
  empty: { takesEffect: true, description: '200 without a body.' },
  cut: { takesEffect: true, description: 'The connection breaks in the middle of the body.' },
  drip: { takesEffect: true, description: 'The body arrives byte by byte, one every `chunkMs` (default 50).' },
  wrongLength: { takesEffect: true, description: 'Content-Length is larger than the body.' },
  huge: { takesEffect: true, description: 'A valid JSON body of `bytes` (default 10 million).' },
};

type MemberOf<Union> = Union extends unknown ? keyof Union : never;

/** Names of all members of all faults; the type keeps the list complete. */
const knownMembers: Readonly<Record<MemberOf<Fault>, true>> = {
  operation: true,
  order: true,
  fault: true,
  times: true,
  skip: true,
  takesEffect: true,
  delayMs: true,
  status: true,
  body: true,
  headers: true,
  retryAfter: true,
  code: true,
  location: true,
  chunkMs: true,
  bytes: true,
};

/**
 * Validates a fault that arrived as JSON.
 *
 * @throws A TypeError that names the member and what it must be.
 */
export function parseFault(value: unknown): Fault {
  const fault = value as Partial<Record<string, unknown>> | null;
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault))
    throw new TypeError('A fault must be an object.');
  const invalid = (name: string, expected: string): TypeError => new TypeError(`"${name}" must be ${expected}.`);
  const kind = fault['fault'];
  if (typeof kind !== 'string' || !Object.hasOwn(faultDefinitions, kind))
    throw invalid('fault', `one of ${Object.keys(faultDefinitions).join(', ')}`);
  if (fault['operation'] !== '*' && !operations.includes(fault['operation'] as Operation))
    throw invalid('operation', `* or one of ${operations.join(', ')}`);
  const unknownMember = Object.keys(fault).find((name) => !Object.hasOwn(knownMembers, name));
  if (unknownMember !== undefined)
    throw new TypeError(`Unknown member "${unknownMember}". A fault has ${Object.keys(knownMembers).join(', ')}.`);
  const limits = { times: 1_000_000, skip: 1_000_000, delayMs: 600_000, chunkMs: 60_000, bytes: 100_000_000 };
  for (const [name, max] of Object.entries(limits)) {
    const number = fault[name];
    if (number !== undefined && !(Number.isInteger(number) && Number(number) >= 0 && Number(number) <= max))
      throw invalid(name, `an integer from 0 to ${max}`);
  }
  for (const name of ['order', 'retryAfter', 'code', 'location'])
    if (fault[name] !== undefined && typeof fault[name] !== 'string') throw invalid(name, 'a string');
  if (fault['takesEffect'] !== undefined && typeof fault['takesEffect'] !== 'boolean')
    throw invalid('takesEffect', 'true or false');
  if (kind === 'delay' && fault['delayMs'] === undefined) throw invalid('delayMs', 'present');
  const status = fault['status'];
  if (kind === 'status' && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599))
    throw invalid('status', 'an integer from 200 to 599');
  if (kind === 'redirect' && status !== undefined && ![301, 302, 303, 307, 308].includes(Number(status)))
    throw invalid('status', 'one of 301, 302, 303, 307, 308');
  if (!areHeaders(fault['headers'] ?? {})) throw invalid('headers', 'an object of HTTP headers');
  for (const name of ['retryAfter', 'location'])
    if (!areHeaders({ [name]: fault[name] ?? '' })) throw invalid(name, 'a valid header value');
  return fault as unknown as Fault;
}

function areHeaders(value: unknown): boolean {
  try {
    return isJsonObject(value) && new Headers(value as Record<string, string>) instanceof Headers;
  } catch {
    return false;
  }
}

/** Creates the script entry of a fault with its counts. */
export function toScriptedFault(fault: Fault): ScriptedFault {
  return { fault, skip: fault.skip ?? 0, remaining: fault.times ?? 1 };
}

/**
 * Takes the next fault for a call from the script, and updates the counts. `orderNames` are the id and the reference of
 * the order that the call is about. Returns null when no fault applies.
 */
export function takeNextFault(
  script: ScriptedFault[],
  operation: Operation,
  orderNames: readonly string[],
): Fault | null {
  for (const [index, entry] of script.entries()) {
    if (entry.fault.operation !== '*' && entry.fault.operation !== operation) continue;
    if (entry.fault.order !== undefined && !orderNames.includes(entry.fault.order)) continue;
    if (entry.skip > 0) {
      entry.skip -= 1;
      continue;
    }
    if (entry.remaining === 1) script.splice(index, 1);
    else if (entry.remaining > 1) entry.remaining -= 1;
    return entry.fault;
  }
  return null;
}

/** Returns true when the call does its work before the fault is applied. */
export function takesEffect(fault: Fault): boolean {
  return fault.takesEffect ?? faultDefinitions[fault.fault].takesEffect;
}
