/** Rules of time: what is kept and for how long, due times, and clocks that jump. */

import { assert, assertEqual } from './assert.ts';
import { keepSeconds, type StoreRule } from './store-test.ts';

const hour = 3600;

export const timeRules: readonly StoreRule[] = [
  [
    'a record is kept for its seconds after the last save, and is gone then',
    async (test) => {
      await test.put('a', 'first');
      test.clock.advance(keepSeconds - 1);
      await test.put('a', 'second');
      test.clock.advance(keepSeconds - 1);
      assertEqual((await test.read('a')).value, 'second', 'the value a second before it expires');
      test.clock.advance(1);
      assertEqual(await test.store.load('a'), undefined, 'load of an expired record');
    },
  ],
  [
    'an expired record takes no save, its key can be used again, and its versions never return',
    async (test) => {
      const versions = new Set<string>();
      for (let life = 0; life < 3; life += 1) {
        assertEqual(await test.save('a', `life ${life}`, undefined), true, 'a first save after the record expired');
        const { version, value } = await test.read('a');
        assertEqual(value, `life ${life}`, 'the value');
        assert(!versions.has(version), `the version "${version}" came back after the record had expired`);
        versions.add(version);
        test.clock.advance(keepSeconds);
        assertEqual(await test.save('a', 'late', version), false, 'a save with the version of an expired record');
        await test.store.claim(test.clock.now(), test.clock.now() + 1000, 10);
        assertEqual(await test.store.load('a'), undefined, 'load of an expired record');
      }
    },
  ],
  [
    'a record with a due time never expires; once that is cleared it is kept for its seconds',
    async (test) => {
      const { clock } = test;
      await test.put('a', 'due', clock.now());
      clock.advance(keepSeconds * 1000);
      assertEqual((await test.read('a')).value, 'due', 'the value long after its seconds');
      await test.assertDue(clock.now(), ['a'], 'the keys that are due');
      await test.put('a', 'paid', null);
      await test.assertDue(clock.now(), [], 'the keys that are due once the due time is cleared');
      clock.advance(keepSeconds - 1);
      assertEqual((await test.read('a')).value, 'paid', 'the value a second before it expires');
      clock.advance(1);
      assertEqual(await test.store.load('a'), undefined, 'load of an expired record');
    },
  ],
  [
    'a record is due from its due time on, and not a millisecond before',
    async (test) => {
      const dueAtMs = test.clock.now() + 5000;
      await test.put('a', '', dueAtMs);
      await test.assertDue(dueAtMs - 1, [], 'the keys that are due a millisecond before');
      await test.assertDue(dueAtMs, ['a'], 'the keys that are due at the due time');
    },
  ],
  [
    'a save moves the due time: later, earlier, cleared, and set again',
    async (test) => {
      const now = test.clock.now();
      for (const dueAtMs of [now, now + 5000, null, now + 5000, now, null, now - 1]) {
        await test.put('a', String(dueAtMs), dueAtMs);
        const isDueNow = dueAtMs !== null && dueAtMs <= now;
        await test.assertDue(now, isDueNow ? ['a'] : [], `what is due, with a due time of ${dueAtMs}`);
        await test.assertDue(now + 5000, dueAtMs === null ? [] : ['a'], 'what is due five seconds later');
      }
    },
  ],
  [
    'a save that resolves to false neither moves the due time nor extends the life of a record',
    async (test) => {
      const { clock } = test;
      await test.put('due', '', clock.now());
      await test.put('kept', '');
      clock.advance(keepSeconds - 1);
      for (const key of ['due', 'kept']) {
        assertEqual(await test.save(key, '', undefined, null), false, 'a save as if there were no record');
        assertEqual(await test.save(key, '', 'another', clock.now() + 5000), false, 'a save with another version');
      }
      await test.assertDue(clock.now(), ['due'], 'the keys that are due');
      clock.advance(1);
      assertEqual(await test.store.load('kept'), undefined, 'load of an expired record');
    },
  ],
  [
    'a clock that jumps back a day loses no record and blocks no save',
    async (test) => {
      const { clock } = test;
      await test.put('a', 'before', clock.now());
      clock.advance(-24 * hour);
      assertEqual((await test.read('a')).value, 'before', 'the value');
      await test.assertDue(clock.now(), [], 'the keys that are due by the earlier clock');
      await test.put('a', 'after', clock.now());
      await test.assertDue(clock.now(), ['a'], 'the keys that are due');
    },
  ],
];
