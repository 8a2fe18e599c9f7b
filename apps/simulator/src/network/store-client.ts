/**
 * The store as one process reaches it: calls are refused, lost, late, repeated or never answered, and a newer version
 * of the kit writes records that the others cannot read.
 */
import type { ClaimedRecord, PaymentStore } from '@plural-otp/edge';
import type { Isolate } from '../actors/isolate.ts';
import type { WalkContext } from '../context.ts';

/** Observer of what took effect in the store. */
export interface StoreObserver {
  /** Observes a save by the arguments of its call. */
  onSaved(isolate: Isolate, values: readonly unknown[]): void;
  /** Observes the records that a claim returned. */
  onClaimed(isolate: Isolate, keys: readonly string[], nowMs: number, untilMs: number): void;
}

type StoreCall = (...values: unknown[]) => Promise<unknown>;

/** Longest time a call is late; longer than the kit waits for its store. */
const longestDelayMs = 6000;
const newerBy = 9000;

/** Wraps a store for one process. Every method goes through the faults, whatever the store's interface names it. */
export function createStoreClient(
  context: WalkContext,
  isolate: Isolate,
  store: PaymentStore,
  observer: StoreObserver,
  isInTransaction = false,
): PaymentStore {
  const calls = new Map<string, StoreCall>();
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      const known = calls.get(name);
      if (known) return known;
      const call: StoreCall = (...values) =>
        isolate.call(`store.${name}`, () =>
          callWithFaults(
            context,
            isolate,
            { name, mayRepeat: !isInTransaction && name !== 'transaction' },
            async () => {
              const pending: (readonly unknown[])[] = [];
              const sent = toSent(context, isolate, name, values, (saved) => pending.push(saved));
              const result: unknown = await Reflect.apply(member, target, sent);
              if (name === 'save' && result === true) pending.push(values);
              // The saves of a transaction count once it has committed.
              for (const saved of pending) observer.onSaved(isolate, saved);
              if (name === 'claim') observeClaim(observer, isolate, result, values);
              return fromNewer(isolate, result);
            },
          ),
        );
      calls.set(name, call);
      return call;
    },
  });
}

function observeClaim(observer: StoreObserver, isolate: Isolate, result: unknown, values: readonly unknown[]): void {
  const keys = (Array.isArray(result) ? result : []).map(({ key }: ClaimedRecord) => key);
  const [nowMs, untilMs] = values;
  observer.onClaimed(isolate, keys, Number(nowMs), Number(untilMs));
}

/** Returns the arguments of a call as this process sends them. */
function toSent(
  context: WalkContext,
  isolate: Isolate,
  name: string,
  values: readonly unknown[],
  onSaved: (values: readonly unknown[]) => void,
): readonly unknown[] {
  if (name === 'save') return toNewer(isolate, [...values]);
  const [work] = values;
  if (name !== 'transaction' || typeof work !== 'function') return values;
  // The calls inside a transaction go through the same faults, and a killed process never commits it.
  return [
    (transaction: PaymentStore) =>
      isolate.call('a transaction', async (): Promise<unknown> => {
        const client = createStoreClient(
          context,
          isolate,
          transaction,
          { onSaved: (_, saved) => onSaved(saved), onClaimed: () => undefined },
          true,
        );
        return Reflect.apply(work, undefined, [client]) as unknown;
      }),
  ];
}

async function callWithFaults<T>(
  context: WalkContext,
  isolate: Isolate,
  { name, mayRepeat }: { name: string; mayRepeat: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { time, random, outages, trace } = context;
  const note = (what: string): void => trace.add('S', isolate.name, `${name} ${what}`);
  await time.sleep(context.fault('storeLate') ? random.integer(0, longestDelayMs) : random.integer(0, 4));
  if (time.nowMs < outages.storeUntilMs || context.fault('storeRefused')) {
    note('refused');
    throw new Error('connection to 10.0.0.7 refused');
  }
  let result = await work();
  // A driver repeats a statement on another connection, and none of a transaction.
  if (mayRepeat && context.fault('storeRepeated')) {
    note('repeated by the driver');
    result = await work();
  }
  if (context.fault('storeHung')) {
    note('done, never answered');
    return new Promise(() => undefined);
  }
  if (context.fault('storeLost')) {
    note('done, answer lost');
    throw new Error('connection reset while reading the answer');
  }
  await time.sleep(context.fault('storeLate') ? random.integer(0, longestDelayMs) : random.integer(0, 4));
  return result;
}

/** Writes the record of a newer process under a version number that the others do not know. */
function toNewer({ version }: Isolate, [key, value, ...rest]: unknown[]): unknown[] {
  if (version !== 'newer' || typeof value !== 'string') return [key, value, ...rest];
  return [key, value.replace(/^\{"version":(\d+)/, (_, number) => `{"version":${Number(number) + newerBy}`), ...rest];
}

/** Lets a newer process read what newer ones wrote, and every process once the deploy is over. */
function fromNewer<T>({ version }: Isolate, result: T): T {
  if (version === 'current') return result;
  const convert = <R>(record: R): R => {
    if (typeof record !== 'object' || record === null || !('value' in record)) return record;
    const { value } = record;
    if (typeof value !== 'string') return record;
    return {
      ...record,
      value: value.replace(/^\{"version":9(\d{3})\b/, (_, number) => `{"version":${Number(number)}`),
    };
  };
  return Array.isArray(result) ? (result.map(convert) as T) : convert(result);
}
