/** Checks a stored state before it is used, because people edit state files by hand. */
import { isJsonObject } from '../lib/json.ts';
import { array, matching, object, type Validator } from '../lib/validators.ts';
import { parseFault } from './fault-script.ts';
import { applySettings, defaultSettings } from './settings.ts';

const maxEntries = 10_000_000;
const issue = (path: string, expected: string): ReturnType<Validator> => [{ path, expected }];

const text: Validator = (value, path) => (typeof value === 'string' ? [] : issue(path, 'a string'));
const number: Validator = (value, path) => (Number.isFinite(value) ? [] : issue(path, 'a number'));
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
  createdAtMs: number,
  status: text,
  updatedAtMs: number,
  authenticated: flag,
  captures: list(object({ reference: text, value: number, atMs: number })),
  otp: object({ sentCount: number, resendCount: number, wrongCount: number, acsPageOpened: flag }),
});
const order = object({
  id: text,
  reference: text,
  type: text,
  amount: money,
  preAuth: flag,
  echoedMembers: object({}),
  createdAtMs: number,
  status: text,
  updatedAtMs: number,
  refundRequestedValue: number,
  refundedValue: number,
  payments: list(payment),
  history: list(object({ atMs: number, event: text })),
});

const members = object({
  'orders?': map(order),
  'references?': map(text),
  'payments?': map(text),
  'paymentReferences?': map(text),
  'challenges?': map(text),
  'tokens?': map(number),
  'customers?': map(object({ id: text, details: object({}), createdAtMs: number, tokenIds: list(text) })),
  'customerKeys?': map(text),
  'cardTokens?': map(object({ id: text, customerId: text, scenarioId: text, network: text, status: text })),
  'cardTokenReferences?': map(text),
  'dueEvents?': list(object({ atMs: number, kind: text })),
  'faults?': list(
    object({
      fault: (value, path) => whatThrows(() => parseFault(value), path),
      skip: number,
      remaining: number,
    }),
  ),
  'messages?': list(object({ number, at: text, paymentId: text, orderId: text, otp: text, text, arrived: flag })),
  'requests?': list(object({ number, at: text, operation: text, method: text, path: text })),
  'counts?': object({}),
  'deliveries?': list(object({ number, id: text, at: text, eventType: text, orderId: text, state: text, body: text })),
  'outbox?': list(object({ eventType: text, orderId: text, body: text })),
  'callTimes?': list(number),
  'clockOffsetMs?': number,
  'frozenAtMs?': orNull(number),
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
