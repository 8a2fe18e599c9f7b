/** The merchant's side: hooks that throw, hang or succeed, and a database that remembers what they did. */
import type { FlowEvent, PaymentVerdict, ReportedProblem, VerdictContext } from '@plural-otp/edge';
import type { DeliveryCheck } from '../checks/deliveries.ts';
import type { SecretCheck } from '../checks/secrets.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';
import type { Isolate } from './isolate.ts';

const hookLimitMs = 25_000;

/** The shop's hooks and what they have done. */
export class Merchant {
  /** Problems the kit reported, by code. */
  readonly problems = new Map<string, number>();
  /** References the kit named in events and problems, as a support desk hears them. */
  readonly references: string[] = [];
  readonly #context: WalkContext;
  readonly #deliveries: DeliveryCheck;
  readonly #secrets: SecretCheck;
  readonly #inTransaction = new Map<string, PaymentVerdict>();
  readonly #superseded = new Set<string>();
  readonly #effects = new Map<string, string>();
  readonly #lastOutcome = new Map<string, PaymentVerdict['outcome']>();

  constructor(context: WalkContext, deliveries: DeliveryCheck, secrets: SecretCheck) {
    this.#context = context;
    this.#deliveries = deliveries;
    this.#secrets = secrets;
  }

  /** Returns the newest outcome that the merchant knows of a payment. */
  lastOutcome(paymentId: string): PaymentVerdict['outcome'] | undefined {
    return this.#lastOutcome.get(paymentId);
  }

  /** Creates `onVerdict` of a process. */
  createVerdictHook =
    (isolate: Isolate) =>
    async (verdict: PaymentVerdict, hook: VerdictContext): Promise<void> => {
      const context = this.#context;
      context.counts.deliveries += 1;
      context.trace.add('M', isolate.name, `onVerdict ${shortId(verdict.key)} attempt ${hook.attempt}`);
      this.#secrets.scan('a verdict', verdict);
      const end = this.#deliveries.begin(isolate, verdict);
      try {
        await this.#handleVerdict(isolate, verdict, hook);
      } finally {
        end();
      }
    };

  onProblem = (problem: ReportedProblem): void => {
    const context = this.#context;
    this.problems.set(problem.code, (this.problems.get(problem.code) ?? 0) + 1);
    context.trace.add('M', '', `problem ${problem.code}${problem.outcome ? `, outcome ${problem.outcome}` : ''}`);
    this.#secrets.scan('a problem', problem);
    this.#observe();
  };

  onEvent = (event: FlowEvent): void => {
    this.#secrets.scan('an event', event);
    if (!this.references.includes(event.reference)) this.references.push(event.reference);
    this.#observe();
  };

  /** Creates a hook that only observes, such as `onReturn`. */
  createObserver =
    (isolate: Isolate) =>
    async (value: unknown): Promise<void> => {
      this.#secrets.scan('a hook', value);
      if (this.#context.fault('hookSlow')) await isolate.sleep(this.#context.random.integer(0, hookLimitMs));
      this.#observe();
    };

  #observe(): void {
    if (this.#context.fault('observerThrows')) throw new Error('the observer failed');
  }

  async #handleVerdict(isolate: Isolate, verdict: PaymentVerdict, { signal, query }: VerdictContext): Promise<void> {
    const context = this.#context;
    const { random } = context;
    if (context.fault('hookThrows')) throw new Error('the database is away');
    if (context.fault('hookHangs')) await untilAborted(signal);
    if (context.fault('hookDeaf')) await isolate.sleep(random.integer(20_000, 200_000));
    if (context.fault('hookSlow')) await isolate.sleep(random.integer(0, hookLimitMs));
    if (query) {
      this.#inTransaction.set(verdict.key, verdict);
      await query('insert into effects values (?)', [verdict.key]);
    } else {
      await isolate.call('the database', async () => this.#save(verdict));
    }
    if (context.fault('hookThrowsAfter')) throw new Error('the mail server is away');
  }

  /** Has the effect of a verdict whose transaction committed: exactly once, without any index. */
  onCommit(verdictKey: string): void {
    const verdict = this.#inTransaction.get(verdictKey);
    if (!verdict) return;
    if (this.#effects.has(verdictKey))
      this.#context.violate('effect-exactly-once', `${shortId(verdictKey)} took effect twice`);
    this.#save(verdict);
  }

  /** Has the effect of a verdict, once per key, as a unique index does. */
  #save({ key, paymentId, outcome, supersedes }: PaymentVerdict): void {
    const context = this.#context;
    const isNew = !this.#effects.has(key);
    this.#effects.set(key, outcome);
    if (isNew) context.counts.verdicts += 1;
    if (supersedes !== undefined) this.#superseded.add(supersedes);
    // A hook that hung may come to its end after a newer verdict was handled.
    if (isNew && !this.#superseded.has(key)) this.#lastOutcome.set(paymentId, outcome);
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
