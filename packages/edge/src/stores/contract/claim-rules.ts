/** Rules of `claim`: which records, in which order, to whom, and what it does to them. */

import { assert, assertEqual } from './assert.ts';
import { keepSeconds, type StoreRule, type StoreTest } from './store-test.ts';

const claimKeys = async ({ store }: StoreTest, nowMs: number, untilMs: number, limit: number): Promise<string[]> =>
  (await store.claim(nowMs, untilMs, limit)).map(({ key }) => key);

const hour = 3600;

export const claimRules: readonly StoreRule[] = [
  [
    'claim returns the records whose due time has come, the oldest first, and no more than the limit',
    async (test) => {
      const now = test.clock.now();
      await test.put('third', '', now);
      await test.put('first', '', now - 2000);
      await test.put('second', '', now - 1000);
      await test.put('later', '', now + 1000);
      await test.put('never', '', null);
      assertEqual(await claimKeys(test, now, now + 2000, 2), ['first', 'second'], 'the first claim of two records');
      assertEqual(await claimKeys(test, now, now + 2000, 10), ['third'], 'the second claim');
      assertEqual(await claimKeys(test, now, now + 2000, 10), [], 'a claim when nothing is due');
      assertEqual(await claimKeys(test, now + 1000, now + 2000, 10), ['later'], 'a claim a second later');
    },
  ],
  [
    'claim returns a record with its key, value and version, and its due time before the claim',
    async (test) => {
      const now = test.clock.now();
      await test.put('a', '{"text":"ü ₹"}', now - 1234);
      const claimed = await test.claimOne('a', now, now + 1000);
      assertEqual(claimed.value, '{"text":"ü ₹"}', 'the claimed value');
      assertEqual(claimed.version, (await test.read('a')).version, 'the claimed version');
      if (claimed.dueAtMs !== undefined) assertEqual(claimed.dueAtMs, now - 1234, 'the due time before the claim');
    },
  ],
  [
    'claim moves the due time: nobody gets the record before that, and somebody does then',
    async (test) => {
      const now = test.clock.now();
      await test.put('a', 'value', now);
      await test.claimOne('a', now, now + 2000);
      assertEqual(await test.dueKeys(now + 1999), [], 'the keys that are due a millisecond before');
      assertEqual(await test.dueKeys(now + 2000), ['a'], 'the keys that are due when the claim ends');
      assertEqual((await test.read('a')).value, 'value', 'the value');
    },
  ],
  [
    'records with an undelivered verdict come first, each kind the oldest first',
    async (test) => {
      const now = test.clock.now();
      await test.put('open, old', '', now - 9000);
      await test.put('open', '', now - 8000);
      await test.put('undelivered', '', now - 1000, { undelivered: true });
      await test.put('undelivered, old', '', now - 2000, { undelivered: true });
      await test.put('undelivered, not due', '', now + 1000, { undelivered: true });
      assertEqual(
        await claimKeys(test, now, now + 1000, 3),
        ['undelivered, old', 'undelivered', 'open, old'],
        'the first claim of three records',
      );
      assertEqual(await claimKeys(test, now, now + 1000, 10), ['open'], 'the second claim');
    },
  ],
  [
    'a claim keeps a record undelivered; a later save that does not say so ends it',
    async (test) => {
      const now = test.clock.now();
      await test.put('open', '', now - 5000);
      await test.put('undelivered', '', now, { undelivered: true });
      assertEqual(await claimKeys(test, now, now, 10), ['undelivered', 'open'], 'the first claim');
      await test.put('open', '', now - 5000);
      assertEqual(await claimKeys(test, now, now, 10), ['undelivered', 'open'], 'the second claim');
      await test.put('undelivered', '', now);
      await test.put('open', '', now - 5000);
      assertEqual(await claimKeys(test, now, now, 10), ['open', 'undelivered'], 'the claim after the delivery');
    },
  ],
  [
    'a claim changes the version: a save that read the record before is rejected, one of the claimer succeeds',
    async (test) => {
      const now = test.clock.now();
      await test.put('a', 'value', now);
      const versions = new Set([(await test.read('a')).version]);
      for (let claims = 1; claims <= 3; claims += 1) {
        const before = await test.read('a');
        const claimed = await test.claimOne('a', now, now);
        assert(!versions.has(claimed.version), `claim ${claims} returned a version the record had before`);
        versions.add(claimed.version);
        assertEqual(await test.save('a', 'late', before.version, null), false, 'a save that read before the claim');
      }
      const { version } = await test.claimOne('a', now, now + 1000);
      assertEqual(await test.save('a', 'checked', version, null), true, 'a save of the claimer');
      assertEqual(await test.dueKeys(now + 1000), [], 'the keys that are due');
    },
  ],
  [
    'a record that nobody can read is claimed and moved as any other, and does not come first forever',
    async (test) => {
      const now = test.clock.now();
      const values = ['not JSON {', '', '{"version":99}', '[]', 'null', 'x'.repeat(8192)];
      for (const [index, value] of values.entries()) await test.put(`damaged ${index}`, value, now - 1000);
      await test.put('sound', '{}', now);
      const damaged = await test.store.claim(now, now + 60_000, values.length);
      assertEqual(damaged.map(({ value }) => value).sort(), [...values].sort(), 'the values of the first claim');
      assertEqual(await claimKeys(test, now, now + 60_000, values.length), ['sound'], 'the second claim');
    },
  ],
  [
    'claims of ten records drain 200 of them in order, and each record is returned once',
    async (test) => {
      const now = test.clock.now();
      const keys = Array.from({ length: 200 }, (_, index) => `order ${index}`);
      await Promise.all(keys.map((key, index) => test.put(key, key, now - 1000 + index)));
      const claimed: string[] = [];
      for (let claims = 0; claims < 20; claims += 1) claimed.push(...(await claimKeys(test, now, now + 1000, 10)));
      assertEqual(claimed, keys, 'the keys in the order of the claims');
      assertEqual(await claimKeys(test, now, now + 1000, 10), [], 'a claim when nothing is due');
    },
  ],
  [
    'ten claimers at once never get the same record, and together they get every one',
    async (test) => {
      const now = test.clock.now();
      const keys = Array.from({ length: 100 }, (_, index) => `order ${index}`);
      await Promise.all(keys.map((key) => test.put(key, key, now, { undelivered: key.endsWith('5') })));
      const claimed: string[] = [];
      const drain = async (): Promise<void> => {
        // A store that moves no due time would be drained forever.
        while (claimed.length <= keys.length) {
          const found = await claimKeys(test, now, now + 1000, 7);
          if (found.length === 0) return;
          claimed.push(...found);
        }
      };
      await Promise.all(Array.from({ length: 10 }, drain));
      // A claimer may skip what another one is taking, and so find nothing while some records are left.
      await drain();
      assertEqual(claimed.length, keys.length, 'the number of records claimed');
      assertEqual(new Set(claimed).size, keys.length, 'the number of different records claimed');
    },
  ],
  [
    'of a claim and a save at once the later one sees the other, and the due time of the last one holds, in every round',
    async (test) => {
      const { store, clock } = test;
      const now = clock.now();
      for (let round = 0; round < test.rounds; round += 1) {
        const key = `round ${round}`;
        await test.put(key, 'before', now);
        const { version } = await test.read(key);
        const save = (): Promise<boolean> => test.save(key, 'saved', version, now + 500);
        const claim = (): Promise<string[]> => claimValues(test, key, now + 1000);
        // Either may be sent first.
        const [first, second] = round % 2 === 0 ? [save(), claim()] : [claim(), save()];
        const results = await Promise.all([first, second]);
        const [saved, values] = typeof results[0] === 'boolean' ? results : [results[1], results[0]];
        const hasClaimedBefore = Array.isArray(values) && values.includes('before');
        assert(!(saved === true && hasClaimedBefore), 'a save succeeded with the version from before a claim');
        assert(saved === true || hasClaimedBefore, 'a save failed though no claim changed the version');
        const isDue = (await store.claim(now + 1000, now + 90_000, 10)).some((record) => record.key === key);
        assert(isDue, 'a record was not due at the time that its save or its claim gave it');
      }
    },
  ],
  [
    'of parallel saves with different due times the one that succeeded sets the due time, in every round',
    async (test) => {
      const now = test.clock.now();
      for (let round = 0; round < test.rounds; round += 1) {
        const version = (await test.store.load('a'))?.version;
        const wanted = [null, now + 1000, null, now + 2000, now + 3000, null];
        const dueTimes = [...wanted.slice(round % 6), ...wanted.slice(0, round % 6)];
        const saved = await Promise.all(
          dueTimes.map((dueAtMs) => test.save('a', `${round} ${dueAtMs}`, version, dueAtMs)),
        );
        assertEqual(saved.filter(Boolean).length, 1, 'the number of saves that succeeded');
        const dueAtMs = dueTimes[saved.indexOf(true)] ?? null;
        assertEqual((await test.read('a')).value, `${round} ${dueAtMs}`, 'the value');
        const dueAtEnd = await test.dueKeys(now + 3000);
        assertEqual(dueAtEnd, dueAtMs === null ? [] : ['a'], `what is due at the end, with a due time of ${dueAtMs}`);
      }
    },
  ],
  [
    'a claim shortens no life: a record whose due time is cleared after it is kept for its seconds',
    async (test) => {
      const { clock } = test;
      await test.put('a', 'value', clock.now());
      clock.advance(10 * keepSeconds);
      const { version } = await test.claimOne('a', clock.now(), clock.now() + 1000);
      assertEqual((await test.read('a')).value, 'value', 'the value after the claim');
      assertEqual(await test.save('a', 'checked', version, null), true, 'a save of the claimer');
      clock.advance(keepSeconds - 1);
      assertEqual((await test.read('a')).value, 'checked', 'the value a second before it expires');
    },
  ],
  [
    'a claim by a clock that is 73 hours ahead loses no record: it can be read, saved, and claimed by the right clock',
    async (test) => {
      const { clock, store } = test;
      const now = clock.now();
      const aheadMs = now + 73 * hour * 1000;
      for (const key of ['a', 'b']) await test.put(key, key, now + hour * 1000);
      assertEqual((await store.claim(aheadMs, aheadMs + 120_000, 10)).length, 2, 'the number of records claimed');
      await test.put('a', 'saved by the right clock', now);
      assertEqual(await test.dueKeys(now), ['a'], 'the keys that are due by the right clock');
      assertEqual((await test.read('b')).value, 'b', 'the value of the other record');
      assertEqual((await test.dueKeys(aheadMs + 120_000)).sort(), ['a', 'b'], 'the keys that are due at the end');
    },
  ],
];

const claimValues = async ({ store, clock }: StoreTest, key: string, untilMs: number): Promise<string[]> =>
  (await store.claim(clock.now(), untilMs, 10)).filter((record) => record.key === key).map(({ value }) => value);
