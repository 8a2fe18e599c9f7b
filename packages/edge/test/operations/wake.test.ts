import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { catchPluralError, Clock, startAndPrompt, startAndSubmit } from '../support/test-shop.ts';

/** A store that notes each due time it is told of, as an engine with its own schedule would. */
function createScheduledStore(clock: Clock): { store: PaymentStore; times: Map<string, number | null> } {
  const times = new Map<string, number | null>();
  const store = {
    ...memoryStore({ now: clock.now }),
    schedule: async (key: string, atMs: number | null): Promise<void> => void times.set(key, atMs),
  };
  return { store, times };
}

describe('wake', () => {
  test('an engine that only wakes records when it was told to takes a payment to its delivered verdict', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    const { shop } = await startAndSubmit({ clock, store });
    const [[key, atMs] = ['', null]] = times;
    expect(atMs).toBeLessThanOrEqual(clock.now());
    expect(await shop.handler.wake(key)).toEqual({ againAtMs: null });
    expect(shop.verdicts).toHaveLength(1);
    expect(times.get(key)).toBeNull();
  });

  test('an abandoned payment is woken ten times in 72 hours, and then never again', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    const { shop } = await startAndPrompt({ clock, store });
    const [[key, first] = ['', null]] = times;
    const reads = shop.callCount('getOrder');
    let againAtMs: number | null = first;
    while (againAtMs !== null) {
      clock.ms = againAtMs;
      ({ againAtMs } = await shop.handler.wake(key));
      expect(times.get(key)).toBe(againAtMs);
    }
    expect(shop.callCount('getOrder') - reads).toBe(10);
    expect(shop.problems.map(({ code }) => code)).toEqual(['ORDER_STILL_OPEN']);
  });

  test('a record woken before its time is neither read nor saved', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    let saves = 0;
    const counting: PaymentStore = {
      ...store,
      save(...call) {
        saves += 1;
        return store.save(...call);
      },
    };
    const { shop } = await startAndPrompt({ clock, store: counting });
    const [[key, dueAtMs] = ['', null]] = times;
    times.clear();
    saves = 0;
    const reads = shop.callCount('getOrder');
    expect(await shop.handler.wake(key)).toEqual({ againAtMs: dueAtMs });
    expect(shop.callCount('getOrder')).toBe(reads);
    expect([saves, times.size]).toEqual([0, 0]);
  });

  test('a verdict that was not accepted is woken again a minute later', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    const { shop } = await startAndSubmit({ clock, store, onVerdict: () => Promise.reject(new Error('away')) });
    const [[key] = ['']] = times;
    expect(await shop.handler.wake(key)).toEqual({ againAtMs: clock.now() + 60_000 });
  });

  test('a verdict that was not accepted is delivered when it is woken again', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    let isAway = true;
    const onVerdict = () => (isAway ? Promise.reject(new Error('away')) : undefined);
    const { shop } = await startAndSubmit({ clock, store, onVerdict });
    const [[key] = ['']] = times;
    clock.ms = (await shop.handler.wake(key)).againAtMs ?? 0;
    isAway = false;
    const reads = shop.callCount('getOrder');
    expect(await shop.handler.wake(key)).toEqual({ againAtMs: null });
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('a verdict that this process does not deliver is not woken at once for ever', async () => {
    const clock = new Clock();
    const { store, times } = createScheduledStore(clock);
    const { shop } = await startAndSubmit({ clock, store, onVerdict: false });
    const [[key] = ['']] = times;
    expect(await shop.handler.wake(key)).toEqual({ againAtMs: clock.now() + 60_000 });
  });

  test('a key without a record has nothing to be woken for, and one that cannot be read is STORE_FAILED', async () => {
    const { shop } = await startAndSubmit();
    expect(await shop.handler.wake('unknown')).toEqual({ againAtMs: null });
    await shop.store.save('newer', '{"version":99}', { version: undefined, keepSeconds: 60, dueAtMs: 0 });
    expect(await catchPluralError(shop.handler.wake('newer'))).toMatchObject({ code: 'STORE_FAILED' });
  });

  test('a schedule that fails is reported, and the payment goes on', async () => {
    const clock = new Clock();
    const store = { ...memoryStore({ now: clock.now }), schedule: () => Promise.reject(new Error('queue away')) };
    const { shop, page } = await startAndSubmit({ clock, store });
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts).toHaveLength(1);
    expect(new Set(shop.problems.map(({ code }) => code))).toEqual(new Set(['STORE_FAILED']));
  });
});
