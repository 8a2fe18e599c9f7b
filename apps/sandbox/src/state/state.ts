/** The state of a sandbox: plain data, which `state-file.ts` serializes. */
import type { ScriptedFault } from './fault-script.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import type { Operation } from './endpoints.ts';
import type { Settings, WebhookMode } from './settings.ts';

/** Statuses of an order, and of a refund, which is an order of its own. */
export type OrderStatus =
  | 'CREATED'
  | 'PENDING'
  | 'ATTEMPTED'
  | 'AUTHORIZED'
  | 'PROCESSED'
  | 'PARTIALLY_CAPTURED'
  | 'CANCELLED'
  | 'FAILED'
  | 'PARTIALLY_REFUNDED'
  | 'FULLY_REFUNDED';
/** Statuses of a payment. */
export type PaymentStatus = 'PENDING' | 'AUTHORIZED' | 'PROCESSED' | 'CANCELLED' | 'FAILED';

/** One line of an order's history, for display. */
export interface HistoryEntry {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly event: string;
}

/** Error of a failed payment, as `error_detail` shows it. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
}

/** One capture of an authorized payment. */
export interface CaptureRecord {
  /** Merchant capture reference. */
  readonly reference: string;
  /** Amount in the currency's minor unit. */
  readonly value: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** One payment of an order. */
export interface PaymentRecord {
  readonly id: string;
  readonly orderId: string;
  /** Merchant payment reference. */
  readonly reference: string;
  readonly amount: Money;
  /** Id of the scenario whose card pays. */
  readonly scenarioId: string;
  readonly nativeOtp: boolean;
  /** True when the card had expired when the payment was created. */
  readonly cardExpired?: boolean;
  /** Description of the card in responses, without its number. */
  readonly cardData: JsonObject;
  /** Breakdown of the convenience fee. */
  readonly fee?: JsonObject;
  /** Amount that the issuer shows to the cardholder, including the fee, in the currency's minor unit. */
  readonly chargedValue: number;
  /** Last four digits of the card or token. */
  readonly lastDigits: string;
  /** `CARD`, or a method of instalments by card. */
  readonly method: string;
  readonly offerData?: JsonObject;
  /** Customer for whom the card is saved once the payment succeeds. */
  readonly saveFor?: string;
  /** Token in the challenge URL. */
  readonly challengeToken: string;
  readonly createdAtMs: number;
  status: PaymentStatus;
  updatedAtMs: number;
  error?: ErrorDetail;
  /** True once the right OTP was submitted; the issuer's decision may still be pending. */
  authenticated: boolean;
  /** True while the issuer waits for a decision of the developer, and makes none by itself. */
  held?: boolean;
  captures: CaptureRecord[];
  /** OTPs sent by the issuer, and wrong ones submitted. */
  otp: { sentCount: number; resendCount: number; wrongCount: number; sentAtMs?: number; acsPageOpened: boolean };
}

/** An order, or a refund in the shape of an order. */
export interface OrderRecord {
  readonly id: string;
  /** Merchant order reference. */
  readonly reference: string;
  readonly type: 'CHARGE' | 'REFUND';
  /** Order that a refund belongs to. */
  readonly parentId?: string;
  readonly amount: Money;
  readonly preAuth: boolean;
  readonly callbackUrl?: string;
  readonly failureCallbackUrl?: string;
  /** Members of the request that every response repeats unchanged. */
  readonly echoedMembers: JsonObject;
  /** Customer that the request named or that was created from it. */
  readonly customerId?: string;
  readonly createdAtMs: number;
  status: OrderStatus;
  updatedAtMs: number;
  /** Sum of all refunds that have not failed, in the currency's minor unit. */
  refundRequestedValue: number;
  /** Sum of the completed refunds, in the currency's minor unit. */
  refundedValue: number;
  payments: PaymentRecord[];
  history: HistoryEntry[];
  /** Number of API calls about this order, of each operation. */
  calls?: Partial<Record<Operation, number>>;
}

/** A customer, to whom saved cards belong. */
export interface CustomerRecord {
  readonly id: string;
  /** Members of the request, which responses repeat. */
  readonly details: JsonObject;
  readonly createdAtMs: number;
  /** Ids of the saved cards, oldest first. */
  readonly tokenIds: string[];
}

/** A saved card. Holds no card number: network, issuer and last digits are what it behaves by. */
export interface CardTokenRecord {
  readonly id: string;
  readonly customerId: string;
  /** Merchant token reference; that of the payment, when a payment saved the card. */
  readonly reference: string;
  readonly serviceProviderTokenId: string;
  /** Id of the scenario whose card it is. */
  readonly scenarioId: string;
  readonly network: string;
  readonly lastDigits: string;
  readonly createdAtMs: number;
  status: 'ACTIVE' | 'DEACTIVATED';
  updatedAtMs: number;
}

/** A change that the sandbox makes by itself at a later time: an issuer's decision, an expiry, a completed refund. */
export type DueEvent =
  | { readonly atMs: number; readonly kind: 'decide' | 'expire'; readonly paymentId: string }
  | { readonly atMs: number; readonly kind: 'refund'; readonly orderId: string };

/** A text message on the customer's phone. */
export interface PhoneMessage {
  /** Consecutive number, from 1. */
  readonly number: number;
  /** ISO 8601 time. */
  readonly at: string;
  readonly paymentId: string;
  readonly orderId: string;
  /** Origin of the request for the OTP: the API or the ACS page. */
  readonly requestedBy: 'api' | 'acsPage';
  readonly otp: string;
  readonly text: string;
  /** False when the scenario loses the message. */
  readonly arrived: boolean;
}

/** One logged API call. */
export interface RequestLogEntry {
  /** Consecutive number, from 1. */
  readonly number: number;
  /** ISO 8601 time. */
  readonly at: string;
  /** `unknown` for a path or method that no endpoint has. */
  readonly operation: Operation | 'unknown';
  readonly method: string;
  /** Path with card numbers masked. */
  readonly path: string;
  /** Order that the call names or created, else null. */
  readonly orderId: string | null;
  /** HTTP status that the client received, or null when the connection broke before one was sent. */
  status: number | null;
  /** Fault that was applied to the response. */
  readonly fault?: string;
  /** Milliseconds until the response was sent or the connection broke. */
  durationMs?: number;
  /** `Request-ID` of the call. */
  readonly requestId?: string;
  /** Request body with secrets, card numbers and OTPs masked. */
  readonly request: JsonValue;
  /** Response body before a fault, masked in the same way. */
  readonly response: JsonValue;
}

/** One attempt to deliver a webhook. */
export interface WebhookAttempt {
  /** ISO 8601 time. */
  readonly at: string;
  /** HTTP status of the response, or null without one. */
  readonly status: number | null;
  /** Reason when there was no response. */
  readonly problem?: string;
  /** Headers that were sent, with the signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Beginning of the response's body. */
  readonly response?: string;
  /** Milliseconds until the response or the failure. */
  readonly durationMs?: number;
}

/** A webhook event and its delivery to one URL. */
export interface WebhookDelivery {
  /** Consecutive number, from 1. */
  readonly number: number;
  /** Value of `webhook-id`; a repeated delivery has the same. */
  readonly id: string;
  /** ISO 8601 time of the event. */
  readonly at: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly url: string | null;
  /**
   * `heldBack` until the next event of the order was sent, in mode `outOfOrder`; `paused` until it is released, in mode
   * `paused`; `suppressed` in mode `never`.
   */
  state: 'noUrl' | 'suppressed' | 'heldBack' | 'paused' | 'sending' | 'delivered' | 'failed';
  readonly mode: WebhookMode;
  attempts: WebhookAttempt[];
  /** Body as signed and sent, kept so that it can be sent again. */
  readonly body: string;
}

/** A webhook event in the outbox, before delivery. */
export interface PendingEvent {
  /** Id of the earlier delivery that this one repeats. */
  readonly id?: string;
  /** URL of the earlier delivery that this one repeats. */
  readonly url?: string | null;
  readonly eventType: string;
  readonly orderId: string;
  readonly body: string;
  readonly scenarioId: string | null;
}

/** Everything a sandbox knows. */
export interface SandboxState {
  /** Orders by id, in the sequence of their creation. */
  orders: Map<string, OrderRecord>;
  /** Order ids by merchant order reference, including refunds. */
  references: Map<string, string>;
  /** Order ids by payment id. */
  payments: Map<string, string>;
  /** Order ids by merchant payment reference. */
  paymentReferences: Map<string, string>;
  /** Customers by id. */
  customers: Map<string, CustomerRecord>;
  /** Customer ids by merchant customer reference, and by country code and mobile number. */
  customerKeys: Map<string, string>;
  /** Saved cards by token id. */
  cardTokens: Map<string, CardTokenRecord>;
  /** Token ids by merchant token reference. */
  cardTokenReferences: Map<string, string>;
  /** Payment ids by challenge token. */
  challenges: Map<string, string>;
  /** Expiry of each access token, epoch milliseconds. */
  tokens: Map<string, number>;
  /** Scheduled changes, soonest first. */
  dueEvents: DueEvent[];
  faults: ScriptedFault[];
  messages: PhoneMessage[];
  requests: RequestLogEntry[];
  /** Number of calls of each operation, including those that left the request log. */
  counts: Partial<Record<Operation, number>>;
  deliveries: WebhookDelivery[];
  /** Webhook events that await delivery. */
  outbox: PendingEvent[];
  /** Times of the calls of the last minute, for the rate limit, epoch milliseconds. */
  callTimes: number[];
  /** Milliseconds that the clock is ahead of the real time. */
  clockOffsetMs: number;
  /** Epoch milliseconds of a clock that stands still, else null. */
  frozenAtMs: number | null;
  /** URLs that every webhook is sent to. */
  webhookUrls: string[];
  /** Settings that were changed or given; the others have their defaults. */
  settings: Partial<Settings>;
  /** Number of ids created; part of each id, so that ids are unique whatever `newId` returns. */
  sequence: number;
  /** States of the namespaces by name; empty in the state of a namespace. */
  namespaces: Map<string, SandboxState>;
}

/** Creates the state of a new sandbox. */
export function emptyState(): SandboxState {
  return {
    orders: new Map(),
    references: new Map(),
    payments: new Map(),
    paymentReferences: new Map(),
    customers: new Map(),
    customerKeys: new Map(),
    cardTokens: new Map(),
    cardTokenReferences: new Map(),
    challenges: new Map(),
    tokens: new Map(),
    dueEvents: [],
    faults: [],
    messages: [],
    requests: [],
    counts: {},
    deliveries: [],
    outbox: [],
    callTimes: [],
    clockOffsetMs: 0,
    frozenAtMs: null,
    webhookUrls: [],
    settings: {},
    sequence: 0,
    namespaces: new Map(),
  };
}

/** Returns the number of a log's next entry. */
export function nextNumber(log: readonly { readonly number: number }[]): number {
  return (log.at(-1)?.number ?? 0) + 1;
}

/** Appends to a log and drops its oldest entries beyond `limit`. */
export function pushBounded<T>(log: T[], entry: T, limit: number): void {
  log.push(entry);
  if (log.length > limit) log.splice(0, log.length - limit);
}
