/** Checks every value that reaches the store: readable, small, without a secret. */
import type { Isolate } from '../actors/isolate.ts';
import type { WalkContext } from '../context.ts';
import type { DeliveryCheck } from './deliveries.ts';
import { readDeliveries } from './record-shape.ts';
import type { SecretCheck } from './secrets.ts';

const maxBytes = 8192;
const orderRecord = '{"version":';

/** Watches the saves of the store. */
export class RecordCheck {
  /** Keys of all values that were ever saved. */
  readonly keys = new Set<string>();
  /** Keys of the records of orders. */
  readonly orderKeys = new Set<string>();
  /** Time until which each record is claimed (epoch milliseconds, by the clock of the claimer). */
  readonly #claims = new Map<string, number>();
  /** Keys of records that a newer process wrote. */
  readonly #newer = new Set<string>();
  readonly #context: WalkContext;
  readonly #deliveries: DeliveryCheck;
  readonly #secrets: SecretCheck;

  constructor(context: WalkContext, deliveries: DeliveryCheck, secrets: SecretCheck) {
    this.#context = context;
    this.#deliveries = deliveries;
    this.#secrets = secrets;
  }

  /** Checks a save that took effect. */
  onSaved(isolate: Isolate, values: readonly unknown[]): void {
    const [key, value] = values;
    if (typeof key !== 'string' || typeof value !== 'string') return;
    this.keys.add(key);
    this.#claims.delete(key);
    if (value.startsWith(orderRecord)) this.orderKeys.add(key);
    this.#checkVersion(isolate, key, value);
    this.#secrets.scan('the store', values);
    const bytes = Buffer.byteLength(value);
    const deliveries = readDeliveries(value);
    if (deliveries === undefined || bytes > maxBytes) {
      this.#context.violate('records-readable-and-small', `${isolate.name} saved ${bytes} bytes under ${key}`);
      return;
    }
    for (const delivery of deliveries) this.#deliveries.onRecorded(delivery.verdictKey);
  }

  /** Checks the records that a claim returned. */
  onClaimed(isolate: Isolate, keys: readonly string[], nowMs: number, untilMs: number): void {
    for (const key of keys) {
      const claimedUntilMs = this.#claims.get(key) ?? 0;
      if (claimedUntilMs > nowMs)
        this.#context.violate(
          'claimed-by-one-sweep',
          `${isolate.name} claims ${key} ${claimedUntilMs - nowMs} ms before the end of another claim`,
        );
      this.#claims.set(key, untilMs);
    }
  }

  /** Checks that a process rewrites no record of a version it does not know. */
  #checkVersion({ name, version }: Isolate, key: string, value: string): void {
    if (version === 'newer' && value.startsWith(orderRecord)) this.#newer.add(key);
    else if (version === 'both') this.#newer.delete(key);
    else if (this.#newer.has(key)) this.#context.violate('newer-record-untouched', `${name} rewrote ${key}`);
  }
}
