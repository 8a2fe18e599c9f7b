/** Checks a stored state before it is used, because people edit state files by hand. */
import { isJsonObject } from '../lib/json.ts';
import { array, matching, object, oneOf, type Validator } from '../lib/validators.ts';
import { parseFault } from './fault-script.ts';
import { applySettings, defaultSettings, webhookModes } from './settings.ts';

const maxEntries = 10_000_000;
const issue = (path: string, expected: string): ReturnType<Validator> => [{ path, expected }];

const text: Validator = (value, path) => (typeof value === 'string' ? [] : issue(path, 'a string'));
const number: Validator = (value, path) => (Number.isFinite(value) ? [] : issue(path, 'a number'));
const anything: Validator = () => [];
const between =
  (min: number, max: number): Validator =>
  (value, path) =>
    typeof value === 'number' && value >= min && value <= max ? [] : issue(path, `a number from ${min} to ${max}`);
// 31 December 9999, the last day that the clock shows.
const lastMs = 253_402_214_400_000;
const timeMs = between(0, lastMs);
/** A time that the pages show; any other makes `Date` throw. */
const time: Validator = (value, path) =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? [] : issue(path, 'an ISO 8601 time');
const json: Validator = (value, path) => [...text(value, path), ...whatThrows(() => JSON.parse(String(value)), path)];
const flag: Validator = (value, path) => (typeof value === 'boolean' ? [] : issue(path, 'true or false'));
const list = (entry: Validator): Validator => array(0, maxEntries, entry);
const orNull =
  (validate: Validator): Validator =>
  (value, path) =>
    value === null ? [] : validate(value, path);

/** A Map as the pairs of its keys and values. */
const map = (value: Validator): Validator =>
  list((pair, path) => {
    if (!Array.isArray(pair) || pair.length !== 2) return issue(path, 'a pair');
    return [...text(pair[0], `${path}[0]`), ...value(pair[1], `${path}[1]`)];
  });

const money = object({ value: number, currency: matching(/^[A-Z]{3}$/, 'an ISO 4217 currency code') });
const payment = object({
  id: text,
  orderId: text,
  reference: text,
  amount: money,
  scenarioId: text,
  nativeOtp: flag,
  chargedValue: number,
  lastDigits: text,
  challengeToken: text,
  createdAtMs: timeMs,
  status: text,
  updatedAtMs: timeMs,
  authenticated: flag,
  captures: list(object({ reference: text, value: number, atMs: timeMs })),
  otp: object({
    sentCount: number,
    resendCount: number,
    wrongCount: number,
    'sentAtMs?': timeMs,
    acsPageOpened: flag,
  }),
  cardData: object({}),
  'error?': object({ code: text, message: text }),
});
const order = object({
  id: text,
  reference: text,
  type: text,
  amount: money,
  preAuth: flag,
  echoedMembers: object({}),
  createdAtMs: timeMs,
  status: text,
  updatedAtMs: timeMs,
  refundRequestedValue: number,
  refundedValue: number,
  payments: list(payment),
  history: list(object({ atMs: timeMs, event: text })),
});

const members = object({
  'orders?': map(order),
  'references?': map(text),
  'payments?': map(text),
  'paymentReferences?': map(text),
  'challenges?': map(text),
  'tokens?': map(number),
  'customers?': map(object({ id: text, details: object({}), createdAtMs: timeMs, tokenIds: list(text) })),
  'customerKeys?': map(text),
  'cardTokens?': map(object({ id: text, customerId: text, scenarioId: text, network: text, status: text })),
  'cardTokenReferences?': map(text),
  'dueEvents?': list(object({ atMs: timeMs, kind: oneOf('decide', 'expire', 'refund') })),
  'faults?': list(
    object({
      fault: (value, path) => whatThrows(() => parseFault(value), path),
      skip: number,
      remaining: number,
    }),
  ),
  'messages?': list(object({ number, at: time, paymentId: text, orderId: text, otp: text, text, arrived: flag })),
  'requests?': list(
    object({
      number,
      at: time,
      operation: text,
      method: text,
      path: text,
      status: orNull(number),
      'durationMs?': number,
      request: anything,
      response: anything,
    }),
  ),
  'counts?': object({}),
  'deliveries?': list(
    object({
      number,
      id: text,
      at: time,
      eventType: text,
      orderId: text,
      url: orNull(text),
      state: oneOf('noUrl', 'suppressed', 'heldBack', 'paused', 'sending', 'delivered', 'failed'),
      mode: oneOf(...webhookModes),
      attempts: list(object({ at: time, status: orNull(number), 'headers?': object({}) })),
      body: json,
    }),
  ),
  'outbox?': list(object({ eventType: text, orderId: text, body: json, scenarioId: orNull(text) })),
  'callTimes?': list(number),
  'clockOffsetMs?': between(-lastMs, lastMs),
  'frozenAtMs?': orNull(timeMs),
  'webhookUrls?': list(text),
  'settings?': (value, path) =>
    isJsonObject(value) ? whatThrows(() => applySettings(defaultSettings(), value), path) : issue(path, 'an object'),
  'sequence?': number,
  'namespaces?': map(object({})),
});

function whatThrows(act: () => unknown, path: string): ReturnType<Validator> {
  try {
    act();
    return [];
  } catch (error) {
    return issue(path, `valid (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Returns the first issue of a stored state in words, or null. */
export function findStateIssue(stored: unknown, path: string): string | null {
  const [first] = members(stored, path);
  return first === undefined ? null : `${first.path} must be ${first.expected}`;
}
