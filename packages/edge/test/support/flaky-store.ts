import { memoryStore, type PaymentStore, type SaveTerms } from '@plural-otp/edge';

/** How a store fails: the call throws, takes effect and throws all the same, or never answers. */
export type Frailty = 'throws' | 'throwsAfterEffect' | 'hangs';

/** A store that fails when told to. */
export class FrailStore implements PaymentStore {
  readonly inner: PaymentStore;
  onLoad: Frailty | undefined;
  onSave: Frailty | undefined;
  /** Saves to let through before `onSave` counts. */
  skipSaves = 0;
  saves = 0;

  constructor(inner: PaymentStore = memoryStore()) {
    this.inner = inner;
  }
  load(key: string): ReturnType<PaymentStore['load']> {
    return this.fail(this.onLoad, () => this.inner.load(key));
  }
  save(key: string, value: string, terms: SaveTerms): Promise<boolean> {
    this.saves += 1;
    const frailty = this.skipSaves > 0 ? undefined : this.onSave;
    this.skipSaves -= 1;
    return this.fail(frailty, () => this.inner.save(key, value, terms));
  }
  due(nowMs: number, limit: number): Promise<string[]> {
    return this.inner.due(nowMs, limit);
  }
  private async fail<T>(frailty: Frailty | undefined, work: () => Promise<T>): Promise<T> {
    if (frailty === 'hangs') return new Promise<T>(() => undefined);
    if (frailty === 'throws') throw new Error('connection to 10.0.0.7 refused, value was {"secret":true}');
    const result = await work();
    if (frailty === 'throwsAfterEffect') throw new Error('answer lost');
    return result;
  }
}
