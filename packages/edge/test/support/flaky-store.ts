import { memoryStore, type PaymentStore, type SaveTerms } from '@plural-otp/edge';

/** How a call fails: it throws, throws although it took effect, or never settles. */
export type StoreFailure = 'throws' | 'throwsAfterEffect' | 'hangs';

/** A store whose loads and saves fail as `loadFailure` and `saveFailure` say; without them it works as `inner` does. */
export class FlakyStore implements PaymentStore {
  readonly inner: PaymentStore;
  loadFailure: StoreFailure | undefined;
  saveFailure: StoreFailure | undefined;
  /** Number of saves that succeed before `saveFailure` applies. */
  skipSaves = 0;
  /** Number of calls of `save` so far. */
  saves = 0;

  readonly keepsVersions?: true;

  constructor(inner: PaymentStore = memoryStore()) {
    this.inner = inner;
    if (inner.keepsVersions) this.keepsVersions = true;
  }
  load(key: string): ReturnType<PaymentStore['load']> {
    return this.fail(this.loadFailure, () => this.inner.load(key));
  }
  save(key: string, value: string, terms: SaveTerms): Promise<boolean> {
    this.saves += 1;
    const failure = this.skipSaves > 0 ? undefined : this.saveFailure;
    this.skipSaves -= 1;
    return this.fail(failure, () => this.inner.save(key, value, terms));
  }
  claim(nowMs: number, untilMs: number, limit: number): ReturnType<PaymentStore['claim']> {
    return this.inner.claim(nowMs, untilMs, limit);
  }
  private async fail<T>(failure: StoreFailure | undefined, work: () => Promise<T>): Promise<T> {
    if (failure === 'hangs') return new Promise<T>(() => undefined);
    if (failure === 'throws') throw new Error('connection to 10.0.0.7 refused, value was {"secret":true}');
    const result = await work();
    if (failure === 'throwsAfterEffect') throw new Error('response lost');
    return result;
  }
}
