/** Checks each call that reaches Plural: how many OTPs, how many text messages, how many payments. */
import type { Sandbox } from '@plural-otp/sandbox';
import type { Isolate } from '../actors/isolate.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';

/** A call of the kit to Plural. */
export interface UpstreamCall {
  readonly operation: string;
  /** Key of the customer's action that led to it. */
  readonly idempotencyKey: string | undefined;
  readonly orderId: string | undefined;
  readonly paymentId: string | undefined;
  /** Merchant payment reference of a payment to be created. */
  readonly reference: string | undefined;
}

/** A start of a payment, with what was known when it began. */
export interface StartAttempt {
  readonly reference: string;
  readonly evenIfUndecided: boolean;
  /** Payments whose money even an old copy of the order showed when this start began. */
  readonly paidBefore: readonly string[];
  /** True once it ended without knowing whether its payment was created. */
  isUnknown: boolean;
}

/** Greatest age of a copy that Plural may answer a read from. */
export const oldestCopyMs = 10_000;
/** Time for which a start of unknown outcome keeps other starts away, by the clock of who reads it. */
const reservationMs = 120_000;
/** Time by which a start that ends without knowing its outcome is older than its reservation. */
const longestStartMs = 60_000;

const otpOperations: ReadonlySet<string> = new Set(['generateOtp', 'submitOtp', 'resendOtp']);

/** Watches the calls to Plural. */
export class UpstreamCheck {
  readonly #context: WalkContext;
  readonly #sandbox: Sandbox;
  readonly #submits = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #presses = new Map<string, number>();
  readonly #forbidden = new Set<string>();
  readonly #starts = new Map<string, StartAttempt[]>();

  constructor(context: WalkContext, sandbox: Sandbox) {
    this.#context = context;
    this.#sandbox = sandbox;
  }

  /** Records that the merchant's server starts a payment. Returns what to call when that ended with an unknown outcome. */
  onStart(orderId: string, reference: string, evenIfUndecided: boolean): () => void {
    const payments = this.#sandbox.state.orders.get(orderId)?.payments ?? [];
    const isLongPaid = ({ status, updatedAtMs }: (typeof payments)[number]): boolean =>
      hasMoney(status) && this.#context.time.nowMs - updatedAtMs > oldestCopyMs;
    const paidBefore = payments.filter(isLongPaid).map(({ id }) => id);
    const starts = this.#starts.get(orderId) ?? [];
    const start: StartAttempt = { reference, evenIfUndecided, paidBefore, isUnknown: false };
    starts.push(start);
    this.#starts.set(orderId, starts);
    return () => {
      start.isUnknown = true;
    };
  }

  /** Records that a page of the step was opened: the press for the first OTP, and for no other. */
  onOpen(paymentId: string): void {
    if (!this.#presses.has(paymentId)) this.#presses.set(paymentId, 1);
  }

  /** Records that the customer asked for another OTP. */
  onPress(paymentId: string): void {
    this.#presses.set(paymentId, (this.#presses.get(paymentId) ?? 0) + 1);
  }

  /** Records a key whose session may only read. */
  forbid(idempotencyKey: string): void {
    this.#forbidden.add(idempotencyKey);
  }

  /** Checks a call just before it takes effect. */
  onArrival(isolate: Isolate, call: UpstreamCall): void {
    if (call.operation === 'createPayment') this.#checkRivals(isolate, call);
  }

  /** Checks a call just after it took effect. */
  onEffect({ name }: Isolate, { operation, paymentId, idempotencyKey, orderId }: UpstreamCall, status: number): void {
    const context = this.#context;
    // A call with a rejected token was not looked at; the kit sends it again with a new one.
    if (status === 401) return;
    if (operation === 'createPayment' && status === 200 && orderId !== undefined) context.counts.payments += 1;
    if (paymentId === undefined || !otpOperations.has(operation)) return;
    if (idempotencyKey === undefined) {
      context.violate('key-sent-once', `${name} sent ${operation} for ${shortId(paymentId)} outside of any request`);
    } else {
      const sent = (this.#keys.get(idempotencyKey) ?? 0) + 1;
      this.#keys.set(idempotencyKey, sent);
      if (this.#forbidden.has(idempotencyKey))
        return context.violate('reference-reads-only', `${name} sent ${operation} for whoever knows the reference`);
      if (sent > 1) context.violate('key-sent-once', `${name} sent ${operation} ${sent} times for one key`);
    }
    if (operation === 'submitOtp') {
      const submits = (this.#submits.get(paymentId) ?? 0) + 1;
      this.#submits.set(paymentId, submits);
      const { limits } = context.plan.swarm;
      if (submits > limits.submits)
        context.violate('bounded-submits', `${submits} OTPs for ${shortId(paymentId)}, at most ${limits.submits}`);
      return;
    }
    const sms = this.#sandbox.state.messages.filter(
      (message) => message.paymentId === paymentId && message.requestedBy === 'api',
    ).length;
    const presses = this.#presses.get(paymentId) ?? 0;
    if (sms > presses)
      context.violate('no-sms-by-itself', `${sms} text messages for ${shortId(paymentId)} after ${presses} presses`);
  }

  #checkRivals({ name }: Isolate, { orderId = '', reference }: UpstreamCall): void {
    const context = this.#context;
    const starts = this.#starts.get(orderId) ?? [];
    const own = starts.filter((start) => start.reference === reference);
    const isAllowed = (candidate: string | undefined): boolean =>
      starts.some((start) => start.reference === candidate && start.evenIfUndecided);
    const order = this.#sandbox.state.orders.get(orderId);
    for (const rival of order?.payments ?? []) {
      if (rival.reference === reference) return;
      const wasPaid = own.length > 0 && own.every(({ paidBefore }) => paidBefore.includes(rival.id));
      if (wasPaid && hasMoney(rival.status)) {
        context.violate('one-payable-payment', `${name} creates ${reference} next to the paid ${shortId(rival.id)}`);
      }
      // A failed order ends its payments, whatever their own status says.
      const isPayable = rival.status === 'PENDING' && order?.status !== 'FAILED';
      // Only a start that ended without knowing its outcome is forgotten by a clock that is ahead of its own.
      const { least, greatest } = context.clockOffsetsMs;
      const isNew = context.time.nowMs - rival.createdAtMs < reservationMs;
      const isGivenUp = starts.some((start) => start.reference === rival.reference && start.isUnknown);
      const isHidden = isNew && isGivenUp && greatest - least > reservationMs - longestStartMs;
      if (isPayable && !isHidden && !isAllowed(reference) && !isAllowed(rival.reference)) {
        context.violate('one-payable-payment', `${name} creates ${reference} next to the open ${shortId(rival.id)}`);
      }
    }
  }
}

const hasMoney = (status: string): boolean => status === 'PROCESSED' || status === 'AUTHORIZED';
