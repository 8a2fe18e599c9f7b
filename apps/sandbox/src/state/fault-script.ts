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
  readonly rule: Fault;
  skip: number;
  /** Infinity is kept as 0. */
  left: number;
}

/** Every fault, whether the call takes effect first unless the script says otherwise, and what the client sees. */
export const faultRows: {
  readonly [K in FaultKind['fault']]: { readonly takesEffect: boolean; readonly about: string };
} = {
  delay: { takesEffect: true, about: 'The call takes effect at once, its answer comes `delayMs` later.' },
  hang: { takesEffect: true, about: 'No answer ever comes; the connection stays open.' },
  reset: { takesEffect: false, about: 'The connection is reset before an answer.' },
  status: { takesEffect: false, about: '`status` with `body` (a usual error body; null for none) and `headers`.' },
  rateLimit: {
    takesEffect: false,
    about: '429 API_RATE_LIMIT with `retryAfter` as the header, as it stands: seconds, a date, or nonsense.',
  },
  errorIn200: { takesEffect: false, about: '200 whose body is an error of `code`.' },
  redirect: { takesEffect: false, about: '3xx to `location`.' },
  malformedJson: { takesEffect: true, about: '200 with a JSON text that ends too early.' },
  html: { takesEffect: true, about: '200 with an HTML page.' },
  empty: { takesEffect: true, about: '200 without a body.' },
  cut: { takesEffect: true, about: 'The connection breaks in the middle of the body.' },
  drip: { takesEffect: true, about: 'The body comes byte by byte, one per `chunkMs` (50).' },
  wrongLength: { takesEffect: true, about: 'Content-Length promises more than is sent.' },
  huge: { takesEffect: true, about: 'A valid JSON body of `bytes` (10 million).' },
};

type MemberOf<Union> = Union extends unknown ? keyof Union : never;

/** Every member that some fault has. */
const members: Readonly<Record<MemberOf<Fault>, true>> = {
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
export function readFault(value: unknown): Fault {
  const fault = value as Partial<Record<string, unknown>> | null;
  const wrong = (expected: string): TypeError => new TypeError(`A fault needs ${expected}.`);
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) throw wrong('to be an object');
  const kind = fault['fault'];
  if (typeof kind !== 'string' || !Object.hasOwn(faultRows, kind))
    throw wrong(`"fault", one of ${Object.keys(faultRows).join(', ')}`);
  if (fault['operation'] !== '*' && !operations.includes(fault['operation'] as Operation))
    throw wrong(`"operation", * or one of ${operations.join(', ')}`);
  const stranger = Object.keys(fault).find((name) => !Object.hasOwn(members, name));
  if (stranger !== undefined) throw wrong(`no member "${stranger}"; it takes ${Object.keys(members).join(', ')}`);
  const numbers = { times: 1_000_000, skip: 1_000_000, delayMs: 600_000, chunkMs: 60_000, bytes: 100_000_000 };
  for (const [name, most] of Object.entries(numbers)) {
    const given = fault[name];
    if (given !== undefined && !(Number.isInteger(given) && Number(given) >= 0 && Number(given) <= most))
      throw wrong(`"${name}" as an integer from 0 to ${most}`);
  }
  for (const name of ['retryAfter', 'code', 'location'])
    if (fault[name] !== undefined && typeof fault[name] !== 'string') throw wrong(`"${name}" as text`);
  if (fault['takesEffect'] !== undefined && typeof fault['takesEffect'] !== 'boolean')
    throw wrong('"takesEffect" as true or false');
  if (kind === 'delay' && fault['delayMs'] === undefined) throw wrong('"delayMs"');
  const status = fault['status'];
  if (kind === 'status' && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599))
    throw wrong('"status" from 200 to 599');
  if (kind === 'redirect' && status !== undefined && ![301, 302, 303, 307, 308].includes(Number(status)))
    throw wrong('"status" as 301, 302, 303, 307 or 308');
  if (!areHeaders(fault['headers'] ?? {})) throw wrong('"headers" as an object of HTTP headers');
  if (!areHeaders({ 'retry-after': fault['retryAfter'] ?? '', location: fault['location'] ?? '' }))
    throw wrong('"retryAfter" and "location" as header values');
  return fault as unknown as Fault;
}

function areHeaders(value: unknown): boolean {
  try {
    return isJsonObject(value) && new Headers(value as Record<string, string>) instanceof Headers;
  } catch {
    return false;
  }
}

export function scripted(rule: Fault): ScriptedFault {
  return { rule, skip: rule.skip ?? 0, left: rule.times ?? 1 };
}

/** The fault that bends this answer, taken from the script. The first one that fits is used up. */
export function takeFault(script: ScriptedFault[], operation: Operation): Fault | null {
  for (const [index, entry] of script.entries()) {
    if (entry.rule.operation !== '*' && entry.rule.operation !== operation) continue;
    if (entry.skip > 0) {
      entry.skip -= 1;
      continue;
    }
    if (entry.left === 1) script.splice(index, 1);
    else if (entry.left > 1) entry.left -= 1;
    return entry.rule;
  }
  return null;
}

export function takesEffect(fault: Fault): boolean {
  return fault.takesEffect ?? faultRows[fault.fault].takesEffect;
}
