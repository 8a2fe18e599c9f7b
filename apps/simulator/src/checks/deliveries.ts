/** Checks the verdicts that reach the merchant: true, one at a time, and none again once it was recorded. */
import type { PaymentVerdict } from '@plural-otp/edge';
import type { Isolate } from '../actors/isolate.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';
import type { BankTruth } from './bank-truth.ts';

/** Time for which one process may deliver alone. */
const leaseMs = 60_000;
/** A clock this far behind another's takes its leases for forgotten ones. */
const longestSkewMs = 10 * 60_000;

interface Running {
  readonly isolate: Isolate;
  /** Time it began by its own process's clock (epoch milliseconds). */
  readonly beganAtMs: number;
  /** Milliseconds that clock was ahead of the true time then. */
  readonly offsetMs: number;
  /** True time it began (virtual epoch milliseconds). */
  readonly trulyBeganAtMs: number;
  readonly verdictKey: string;
}

/** Watches `onVerdict`. */
export class DeliveryCheck {
  readonly #context: WalkContext;
  readonly #truth: BankTruth;
  readonly #running = new Map<string, Set<Running>>();
  readonly #recorded = new Set<string>();

  constructor(context: WalkContext, truth: BankTruth) {
    this.#context = context;
    this.#truth = truth;
  }

  /** Records that a save marks a verdict as delivered. */
  onRecorded(verdictKey: string): void {
    this.#recorded.add(verdictKey);
  }

  /** Checks a delivery that begins. Returns the function that ends it. */
  begin(isolate: Isolate, verdict: PaymentVerdict): () => void {
    const context = this.#context;
    const { key, paymentId, outcome } = verdict;
    const falsehood = this.#truth.findFalsehood(verdict);
    if (falsehood !== undefined)
      context.violate(
        'verdict-follows-order',
        `${isolate.name} told ${outcome} for ${shortId(paymentId)}: ${falsehood}`,
      );
    if (this.#recorded.has(key))
      context.violate('recorded-verdict-not-repeated', `${isolate.name} told ${shortId(key)} again`);
    const running = this.#running.get(paymentId) ?? new Set();
    this.#running.set(paymentId, running);
    for (const other of running) {
      // A lease is a time in the record: it ends by the clock of whoever reads it.
      const isLeased = isolate.now() < other.beganAtMs + leaseMs;
      // A lease of a clock that is far ahead lasts a minute from when somebody first reads it, by the clock of that one,
      // which is furthest behind at the worst.
      const { least } = context.clockOffsetsMs;
      const elapsedMs = context.time.nowMs - other.trulyBeganAtMs + isolate.clockOffsetMs - least;
      const isShortened = other.offsetMs - least > longestSkewMs && elapsedMs >= leaseMs;
      if (isLeased && !isShortened)
        context.violate(
          'deliveries-never-overlap',
          `${isolate.name} tells ${shortId(key)} while ${other.isolate.name} tells ${shortId(other.verdictKey)}`,
        );
    }
    const own: Running = {
      isolate,
      beganAtMs: isolate.now(),
      offsetMs: isolate.clockOffsetMs,
      trulyBeganAtMs: context.time.nowMs,
      verdictKey: key,
    };
    running.add(own);
    const end = (): void => void running.delete(own);
    isolate.onDeath(end);
    return end;
  }
}
