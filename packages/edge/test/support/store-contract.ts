/**
 * The contract of a `PaymentStore`. To test a new store, call `describeStoreContract` with a function that opens an
 * empty one; for one that a server backs, `describeStoreFailures` adds crashes, delays and lost responses.
 */
import { randomUUID } from 'node:crypto';
import type { PaymentStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { incrementIfBelow } from './bounded-counter.ts';
import { Clock } from './test-shop.ts';
import { dueKeys } from './due-keys.ts';

const keepSeconds = 60;

/** A store in another runtime may count there itself, next to its database. */
type CountingStore = PaymentStore & { incrementIfBelow?: (key: string, bound: number) => Promise<boolean> };

/**
 * Declares the tests that every store has to pass. `open` returns an empty store that reads the given clock. One that
 * `wakesItself` by alarms has nothing to claim, and tests its alarms in place of the claims.
 */
export function describeStoreContract(
  name: string,
  open: (clock: Clock) => Promise<CountingStore>,
  { wakesItself = false }: { wakesItself?: boolean } = {},
): void {
  const testClaims: (title: string, body: () => Promise<void>) => void = wakesItself ? () => undefined : test;
  const openStore = async (): Promise<{ clock: Clock; store: CountingStore }> => {
    const clock = new Clock();
    return { clock, store: await open(clock) };
  };
  const terms = (version: string | undefined, dueAtMs: number | null = null) => ({ version, keepSeconds, dueAtMs });

  describe(name, () => {
    test('an unknown key loads as undefined, a saved value unchanged', async () => {
      const { store } = await openStore();
      expect(await store.load('a')).toBeUndefined();
      expect(await store.save('a', '{"text":"ü ₹ $1 ?"}', terms(undefined))).toBe(true);
      expect((await store.load('a'))?.value).toBe('{"text":"ü ₹ $1 ?"}');
    });

    test('a save with a version other than the newest writes nothing', async () => {
      const { store } = await openStore();
      await store.save('a', 'first', terms(undefined));
      const first = await store.load('a');
      expect(await store.save('a', 'second', terms(first?.version))).toBe(true);
      expect(await store.save('a', 'late', terms(first?.version))).toBe(false);
      expect(await store.save('a', 'new', terms(undefined))).toBe(false);
      expect(await store.save('b', 'absent', terms('1'))).toBe(false);
      expect((await store.load('a'))?.value).toBe('second');
      expect(await store.load('b')).toBeUndefined();
    });

    test('of 60 parallel increments with a limit of 5 exactly 5 succeed, in 20 rounds', async () => {
      const { store } = await openStore();
      for (let round = 0; round < 20; round += 1) {
        const key = `round ${round}`;
        const taken = await Promise.all(
          Array.from({ length: 60 }, () => store.incrementIfBelow?.(key, 5) ?? incrementIfBelow(store, key, 5)),
        );
        expect(taken.filter(Boolean)).toHaveLength(5);
        expect((await store.load(key))?.value).toBe('5');
      }
    });

    test('a key never has the same version twice', async () => {
      const { store } = await openStore();
      const versions = new Set<string | undefined>();
      let version: string | undefined;
      for (let saves = 0; saves < 10; saves += 1) {
        expect(await store.save('a', 'the same', terms(version))).toBe(true);
        version = (await store.load('a'))?.version;
        versions.add(version);
      }
      expect(versions.size).toBe(10);
    });

    test('two keys are isolated', async () => {
      const { store } = await openStore();
      await store.save('a', 'of a', terms(undefined));
      await store.save('b', 'of b', terms(undefined));
      const a = await store.load('a');
      await store.save('a', 'more of a', terms(a?.version));
      expect((await store.load('b'))?.value).toBe('of b');
    });

    test('an expired record is gone, and its versions never return', async () => {
      const { store, clock } = await openStore();
      const versions = new Set<string>();
      for (let life = 0; life < 3; life += 1) {
        await store.save('a', `life ${life}`, terms(undefined));
        const { version = '' } = (await store.load('a')) ?? {};
        expect(versions.has(version)).toBe(false);
        versions.add(version);
        clock.advance(keepSeconds);
        expect(await store.load('a')).toBeUndefined();
        expect(await store.save('a', 'late', terms(version))).toBe(false);
      }
    });

    testClaims('a due record never expires', async () => {
      const { store, clock } = await openStore();
      await store.save('a', 'due', terms(undefined, clock.now()));
      clock.advance(keepSeconds * 1000);
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['a']);
      const due = await store.load('a');
      expect(due?.value).toBe('due');
      expect(await store.save('a', 'paid', terms(due?.version))).toBe(true);
      expect(await dueKeys(store, clock.now(), 10)).toEqual([]);
      clock.advance(keepSeconds);
      expect(await store.load('a')).toBeUndefined();
    });

    testClaims('claim returns the records whose due time has come, oldest first, up to the limit', async () => {
      const { store, clock } = await openStore();
      const now = clock.now();
      await store.save('third', '', terms(undefined, now));
      await store.save('first', '', terms(undefined, now - 2000));
      await store.save('second', '', terms(undefined, now - 1000));
      await store.save('later', '', terms(undefined, now + 1000));
      await store.save('never', '', terms(undefined, null));
      const claimKeys = async (limit: number): Promise<string[]> =>
        (await store.claim(now, now + 2000, limit)).map(({ key }) => key);
      expect(await claimKeys(2)).toEqual(['first', 'second']);
      expect(await claimKeys(10)).toEqual(['third']);
      expect(await claimKeys(10)).toEqual([]);
      expect(await dueKeys(store, now + 1000, 10)).toEqual(['later']);
      expect(await dueKeys(store, now + 2000, 10)).toHaveLength(4);
    });

    testClaims('a later save moves the due time', async () => {
      const { store, clock } = await openStore();
      const now = clock.now();
      await store.save('a', '', terms(undefined, now));
      const found = await store.load('a');
      await store.save('a', '', terms(found?.version, now + 5000));
      expect(await dueKeys(store, now, 10)).toEqual([]);
      expect(await dueKeys(store, now + 5000, 10)).toEqual(['a']);
    });

    testClaims('a cleared due time can be set again, and an earlier one applies at once', async () => {
      const { store, clock } = await openStore();
      for (const dueAtMs of [clock.now() + 5000, null, clock.now() + 5000, clock.now(), null, clock.now() - 1]) {
        const found = await store.load('a');
        await store.save('a', String(dueAtMs), terms(found?.version, dueAtMs));
        expect(await dueKeys(store, clock.now(), 10)).toEqual(dueAtMs !== null && dueAtMs <= clock.now() ? ['a'] : []);
        expect(await dueKeys(store, clock.now() + 5000, 10)).toEqual(dueAtMs === null ? [] : ['a']);
      }
    });

    testClaims('a failed save does not change when a record is due', async () => {
      const { store, clock } = await openStore();
      const now = clock.now();
      await store.save('a', '', terms(undefined, now));
      expect(await store.save('a', '', terms(undefined, null))).toBe(false);
      expect(await store.save('a', '', terms('another', now + 5000))).toBe(false);
      expect(await dueKeys(store, now, 10)).toEqual(['a']);
    });

    testClaims(
      'of parallel saves with different due times the one that succeeded sets the due time, in 20 rounds',
      async () => {
        const { store, clock } = await openStore();
        const now = clock.now();
        for (let round = 0; round < 20; round += 1) {
          const found = await store.load('a');
          const wanted = [null, now + 1000, null, now + 2000, now + 3000, null];
          const saves = await Promise.all(
            [...wanted.slice(round % 6), ...wanted.slice(0, round % 6)].map(async (dueAtMs) => ({
              dueAtMs,
              saved: await store.save('a', `${round} ${dueAtMs}`, terms(found?.version, dueAtMs)),
            })),
          );
          const through = saves.filter(({ saved }) => saved);
          expect(through).toHaveLength(1);
          const dueAtMs = through[0]?.dueAtMs ?? null;
          expect((await store.load('a'))?.value).toBe(`${round} ${dueAtMs}`);
          if (dueAtMs !== null) expect(await dueKeys(store, dueAtMs, 10)).toEqual(['a']);
        }
      },
    );

    testClaims('a clock that jumps back loses no record and blocks no save', async () => {
      const { store, clock } = await openStore();
      await store.save('a', 'before', terms(undefined, clock.now()));
      clock.advance(-86_400);
      const found = await store.load('a');
      expect(found?.value).toBe('before');
      expect(await store.save('a', 'after', terms(found?.version, clock.now()))).toBe(true);
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['a']);
    });

    test('keys and values are stored unchanged, special characters too', async () => {
      const { store } = await openStore();
      const key = `o'brien"; -- ${randomUUID()} ? $1`;
      await store.save(key, `value of ${key}`, terms(undefined));
      expect((await store.load(key))?.value).toBe(`value of ${key}`);
    });
  });
}
