import { isJsonObject, type JsonValue } from '../lib/json.ts';
import { type Operation, operations } from './endpoints.ts';

/**
 * How the next answers of an operation are bent. `takesEffect` says whether the call does its work first; each
 * fault has the default that is usual for it (`faultRows`).
 */
export type Fault = FaultTarget & FaultKind;

interface FaultTarget {
  readonly operation: Operation | '*';
  /** How many answers to bend; 1 by default, 0 for all until cleared. */
  readonly times?: number;
  /** How many answers to let through first; 0 by default. */
  readonly skip?: number;
  readonly takesEffect?: boolean;
}

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

/** A fault in the script, with what is left of it. */
export interface ScriptedFault {
  readonly fault: Fault;
  skip: number;
  /** Infinity is kept as 0. */
  remaining: number;
}

/** Every fault, whether the call takes effect first unless the script says otherwise, and what the client sees. */
export const faultDefinitions: {
  readonly [K in FaultKind['fault']]: { readonly takesEffect: boolean; readonly description: string };
} = {
  delay: { takesEffect: true, description: 'The call takes effect at once, its answer comes `delayMs` later.' },
  hang: { takesEffect: true, description: 'No answer ever comes; the connection stays open.' },
  reset: { takesEffect: false, description: 'The connection is reset before an answer.' },
  status: {
    takesEffect: false,
    description: '`status` with `body` (a usual error body; null for none) and `headers`.',
  },
  rateLimit: {
    takesEffect: false,
    description: '429 API_RATE_LIMIT with `retryAfter` as the header, as it stands: seconds, a date, or nonsense.',
  },
  errorIn200: { takesEffect: false, description: '200 whose body is an error of `code`.' },
  redirect: { takesEffect: false, description: '3xx to `location`.' },
  malformedJson: { takesEffect: true, description: '200 with a JSON text that ends too early.' },
  html: { takesEffect: true, description: '200 with an HTML page.' },
  empty: { takesEffect: true, description: '200 without a body.' },
  cut: { takesEffect: true, description: 'The connection breaks in the middle of the body.' },
  drip: { takesEffect: true, description: 'The body comes byte by byte, one per `chunkMs` (50).' },
  wrongLength: { takesEffect: true, description: 'Content-Length promises more than is sent.' },
  huge: { takesEffect: true, description: 'A valid JSON body of `bytes` (10 million).' },
};

type MemberOf<Union> = Union extends unknown ? keyof Union : never;

/** Every member that some fault has. */
const knownMembers: Readonly<Record<MemberOf<Fault>, true>> = {
  operation: true,
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

/** Checks what came as JSON. Throws a TypeError that says what is wrong. */
export function parseFault(value: unknown): Fault {
  const fault = value as Partial<Record<string, unknown>> | null;
  const invalid = (expected: string): TypeError => new TypeError(`A fault needs ${expected}.`);
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) throw invalid('to be an object');
  const kind = fault['fault'];
  if (typeof kind !== 'string' || !Object.hasOwn(faultDefinitions, kind))
    throw invalid(`"fault", one of ${Object.keys(faultDefinitions).join(', ')}`);
  if (fault['operation'] !== '*' && !operations.includes(fault['operation'] as Operation))
    throw invalid(`"operation", * or one of ${operations.join(', ')}`);
  const unknownMember = Object.keys(fault).find((name) => !Object.hasOwn(knownMembers, name));
  if (unknownMember !== undefined)
    throw invalid(`no member "${unknownMember}"; it takes ${Object.keys(knownMembers).join(', ')}`);
  const numbers = { times: 1_000_000, skip: 1_000_000, delayMs: 600_000, chunkMs: 60_000, bytes: 100_000_000 };
  for (const [name, most] of Object.entries(numbers)) {
    const given = fault[name];
    if (given !== undefined && !(Number.isInteger(given) && Number(given) >= 0 && Number(given) <= most))
      throw invalid(`"${name}" as an integer from 0 to ${most}`);
  }
  for (const name of ['retryAfter', 'code', 'location'])
    if (fault[name] !== undefined && typeof fault[name] !== 'string') throw invalid(`"${name}" as text`);
  if (fault['takesEffect'] !== undefined && typeof fault['takesEffect'] !== 'boolean')
    throw invalid('"takesEffect" as true or false');
  if (kind === 'delay' && fault['delayMs'] === undefined) throw invalid('"delayMs"');
  const status = fault['status'];
  if (kind === 'status' && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599))
    throw invalid('"status" from 200 to 599');
  if (kind === 'redirect' && status !== undefined && ![301, 302, 303, 307, 308].includes(Number(status)))
    throw invalid('"status" as 301, 302, 303, 307 or 308');
  if (!areHeaders(fault['headers'] ?? {})) throw invalid('"headers" as an object of HTTP headers');
  if (!areHeaders({ 'retry-after': fault['retryAfter'] ?? '', location: fault['location'] ?? '' }))
    throw invalid('"retryAfter" and "location" as header values');
  return fault as unknown as Fault;
}

function areHeaders(value: unknown): boolean {
  try {
    return isJsonObject(value) && new Headers(value as Record<string, string>) instanceof Headers;
  } catch {
    return false;
  }
}

export function toScriptedFault(rule: Fault): ScriptedFault {
  return { fault: rule, skip: rule.skip ?? 0, remaining: rule.times ?? 1 };
}

/** The fault that bends this answer, taken from the script. The first one that fits is used up. */
export function takeNextFault(script: ScriptedFault[], operation: Operation): Fault | null {
  for (const [index, entry] of script.entries()) {
    if (entry.fault.operation !== '*' && entry.fault.operation !== operation) continue;
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

export function takesEffect(fault: Fault): boolean {
  return fault.takesEffect ?? faultDefinitions[fault.fault].takesEffect;
}
