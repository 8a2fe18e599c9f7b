/** The fixture of a case of the store contract: an empty store, its clock, and the failures of its engine. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from '../payment-store.ts';
import { assert, assertEqual } from './assert.ts';

/** Clock and engine of a store under test. */
export interface StoreTestContext {
  /** Returns the time of the case in epoch milliseconds. The store uses it in place of `Date.now`. */
  readonly now: () => number;
  /**
   * Passes a call on to the store's engine, or lets it fail. A store whose every engine call goes through it can be
   * tested with `engineFailures`.
   */
  readonly engineCall: <T>(call: () => Promise<T>) => Promise<T>;
}

/** Opens an empty store. */
export type OpenStore = (context: StoreTestContext) => PaymentStore | Promise<PaymentStore>;

/** One rule: its name, and the check that throws when a store breaks it. */
export type StoreRule = readonly [name: string, check: (test: StoreTest) => Promise<void>];

/** Seconds that records of the suite are kept, unless a case says otherwise. */
export const keepSeconds = 60;

const startMs = Date.UTC(2026, 0, 5, 9);

interface StoreTestTerms {
  hasClaims: boolean;
  rounds: number;
}

/** A store under test. */
export class StoreTest {
  readonly store: PaymentStore;
  readonly clock: TestClock;
  readonly engine: TestEngine;

  /** False for a store whose engine wakes payments by itself: it has nothing to claim. */
  readonly hasClaims: boolean;

  /** Number of times that a race is run. */
  readonly rounds: number;

  private constructor(store: PaymentStore, clock: TestClock, engine: TestEngine, terms: StoreTestTerms) {
    this.store = store;
    this.clock = clock;
    this.engine = engine;
    this.hasClaims = terms.hasClaims;
    this.rounds = terms.rounds;
  }

  static async open(open: OpenStore, terms: StoreTestTerms): Promise<StoreTest> {
    const clock = new TestClock();
    const engine = new TestEngine();
    return new StoreTest(await open({ now: clock.now, engineCall: engine.call }), clock, engine, terms);
  }

  /** Saves over whatever is stored; throws when the store rejects the newest version. */
  async put(key: string, value: string, dueAtMs: number | null = null, more: Partial<SaveTerms> = {}): Promise<void> {
    const version = (await this.store.load(key))?.version;
    const saved = await this.store.save(key, value, { version, keepSeconds, dueAtMs, ...more });
    assert(saved, `a save of "${key}" with the newest version resolved to false`);
  }

  /** Saves under a given version. */
  save(key: string, value: string, version: string | undefined, dueAtMs: number | null = null): Promise<boolean> {
    return this.store.save(key, value, { version, keepSeconds, dueAtMs });
  }

  /** Reads a record that has to be there. */
  async read(key: string): Promise<StoredRecord> {
    const found = await this.store.load(key);
    assert(found !== undefined, `the record "${key}" is gone`);
    return found;
  }

  /** Returns the keys that are due at a time, and leaves them due. */
  async dueKeys(nowMs: number, limit = 10): Promise<string[]> {
    return (await this.store.claim(nowMs, nowMs, limit)).map(({ key }) => key);
  }

  /** Asserts which keys are due at a time, and leaves them due. */
  async assertDue(nowMs: number, keys: readonly string[], what: string): Promise<void> {
    if (this.hasClaims) assertEqual(await this.dueKeys(nowMs), keys, what);
  }

  /** Claims a record that has to be the only due one. */
  async claimOne(key: string, nowMs: number, untilMs: number): Promise<ClaimedRecord> {
    const claimed = await this.store.claim(nowMs, untilMs, 10);
    const [first] = claimed;
    assert(
      first?.key === key && claimed.length === 1,
      `claim returned ${claimed.length} records, expected "${key}" alone`,
    );
    return first;
  }
}

/** A clock that the case moves. */
export class TestClock {
  #ms = startMs;
  readonly now = (): number => this.#ms;
  /** Moves the clock by this many seconds; a negative number moves it back. */
  advance(seconds: number): void {
    this.#ms += seconds * 1000;
  }
}

/** An engine that fails when a case says so. */
export class TestEngine {
  /** Number of calls since the last `failAt` or `recover`. */
  calls = 0;
  #failAt = Infinity;
  #takesEffect = false;
  #isDown = false;
  #era = 0;

  /** Passes calls on until the chosen one. From then on every call fails, as after a crash. */
  readonly call = async <T>(work: () => Promise<T>): Promise<T> => {
    this.calls += 1;
    const era = this.#era;
    const isLast = this.calls === this.#failAt;
    if (this.#isDown || (isLast && !this.#takesEffect)) {
      this.#isDown = true;
      throw new Error('the engine failed, as the case asked for');
    }
    const result = await work();
    // A call that ends after the engine has recovered changes nothing any more.
    if (!isLast || era !== this.#era) return result;
    this.#isDown = true;
    throw new Error('the response of the engine was lost, as the case asked for');
  };

  /** Fails the call of this number, counted from 1, before or after its effect, and every later one. */
  failAt(call: number, when: 'before' | 'after' = 'before'): void {
    this.recover();
    this.#failAt = call;
    this.#takesEffect = when === 'after';
  }

  /** Lets calls through again. Returns whether one had failed. */
  recover(): boolean {
    const hasFailed = this.#isDown;
    this.calls = 0;
    this.#era += 1;
    this.#failAt = Infinity;
    this.#isDown = false;
    return hasFailed;
  }
}
