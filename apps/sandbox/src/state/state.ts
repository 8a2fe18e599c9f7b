import type { ScriptedFault } from './fault-script.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import type { Operation } from './endpoints.ts';
import type { WebhookMode } from './settings.ts';

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
export type PaymentStatus = 'PENDING' | 'AUTHORIZED' | 'PROCESSED' | 'CANCELLED' | 'FAILED';

/** One step of an order's life, for the person who looks at it. */
export interface HistoryEntry {
  readonly atMs: number;
  readonly event: string;
}

export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
}

export interface CaptureRecord {
  readonly reference: string;
  readonly value: number;
  readonly atMs: number;
}

export interface PaymentRecord {
  readonly id: string;
  readonly orderId: string;
  readonly reference: string;
  readonly amount: Money;
  /** Which card of the scenario table behaves here. */
  readonly scenarioId: string;
  readonly nativeOtp: boolean;
  /** What a reply says of the card; never its number. */
  readonly cardData: JsonObject;
  readonly fee?: JsonObject;
  /** Amount the bank names to the cardholder: with the fee. */
  readonly chargedValue: number;
  /** The last four digits of the card or token. */
  readonly lastDigits: string;
  readonly challengeToken: string;
  readonly createdAtMs: number;
  status: PaymentStatus;
  updatedAtMs: number;
  error?: ErrorDetail;
  /** The right code was given; the bank decides. */
  authenticated: boolean;
  captures: CaptureRecord[];
  /** The codes the bank sent, and what came back. */
  otp: { sentCount: number; resendCount: number; wrongCount: number; sentAtMs?: number; acsPageOpened: boolean };
}

export interface OrderRecord {
  readonly id: string;
  readonly reference: string;
  readonly type: 'CHARGE' | 'REFUND';
  readonly parentId?: string;
  readonly amount: Money;
  readonly preAuth: boolean;
  readonly callbackUrl?: string;
  readonly failureCallbackUrl?: string;
  /** What the merchant sent along and gets back as it was. */
  readonly echoedMembers: JsonObject;
  readonly createdAtMs: number;
  status: OrderStatus;
  updatedAtMs: number;
  /** Asked back so far, and of it what has gone back. */
  refundRequestedValue: number;
  refundedValue: number;
  payments: PaymentRecord[];
  history: HistoryEntry[];
}

/** Something that happens by itself once its time has come. */
export type DueEvent =
  | { readonly atMs: number; readonly kind: 'decide' | 'expire'; readonly paymentId: string }
  | { readonly atMs: number; readonly kind: 'refund'; readonly orderId: string };

export interface PhoneMessage {
  readonly at: string;
  readonly paymentId: string;
  readonly orderId: string;
  /** Who asked for the code: the API, or the bank's own page. */
  readonly requestedBy: 'api' | 'acsPage';
  readonly code: string;
  readonly text: string;
  /** False in the scenario where the message never arrives. */
  readonly arrived: boolean;
}

export interface RequestLogEntry {
  /** 1 for the first call, and so on. */
  readonly number: number;
  readonly at: string;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  /** HTTP status as the client saw it, or null when the connection broke before one was sent. */
  status: number | null;
  /** The fault that bent the answer, if any. */
  readonly fault?: string;
  /** Bodies with every secret, card number and code masked; the answer as it was before a fault. */
  readonly request: JsonValue;
  readonly response: JsonValue;
}

export interface WebhookAttempt {
  readonly at: string;
  /** HTTP status, or null when nothing answered. */
  readonly status: number | null;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly at: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly url: string | null;
  state: 'noUrl' | 'suppressed' | 'heldBack' | 'sending' | 'delivered' | 'failed';
  readonly mode: WebhookMode;
  attempts: WebhookAttempt[];
  /** The body as it was signed and sent, to be sent again. */
  readonly body: string;
}

/** An event that happened and has not been handed to delivery yet. */
export interface PendingEvent {
  /** The id of an earlier delivery, when this sends it again. */
  readonly id?: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly body: string;
  readonly scenarioId: string | null;
}

export interface SandboxState {
  orders: Map<string, OrderRecord>;
  /** Merchant order reference (refunds too) to order id. */
  references: Map<string, string>;
  /** Payment id, merchant payment reference and challenge token to order id. */
  payments: Map<string, string>;
  paymentReferences: Map<string, string>;
  challenges: Map<string, string>;
  tokens: Map<string, number>;
  dueEvents: DueEvent[];
  faults: ScriptedFault[];
  messages: PhoneMessage[];
  requests: RequestLogEntry[];
  /** How many calls of each operation reached the sandbox. */
  counts: Partial<Record<Operation, number>>;
  deliveries: WebhookDelivery[];
  outbox: PendingEvent[];
  /** The last calls' times, for the rate limit. */
  callTimes: number[];
  clockOffsetMs: number;
  webhookUrl: string | null;
  /** Grows with every id made, so that no two are alike whatever `newId` gives. */
  sequence: number;
}

export function emptyState(): SandboxState {
  return {
    orders: new Map(),
    references: new Map(),
    payments: new Map(),
    paymentReferences: new Map(),
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
    webhookUrl: null,
    sequence: 0,
  };
}

/** Adds to a log that keeps its newest `keep` entries. */
export function pushBounded<T>(log: T[], entry: T, limit: number): void {
  log.push(entry);
  if (log.length > limit) log.splice(0, log.length - limit);
}
