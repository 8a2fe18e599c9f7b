import { expect, test } from 'vitest';
import { startOfTimeMs, VirtualTime } from '../src/runtime/virtual-time.ts';

test('timers fire in the order of their times, and at the same time in the order they were set', async () => {
  const time = new VirtualTime();
  const fired: string[] = [];
  for (const [name, afterMs] of [
    ['c', 30],
    ['a', 10],
    ['d', 30],
    ['b', 20],
  ] as const)
    time.setTimeout(() => fired.push(`${name}@${time.nowMs - startOfTimeMs}`), afterMs);
  await time.advance(30);
  expect(fired).toEqual(['a@10', 'b@20', 'c@30', 'd@30']);
});

test('a cleared timer and one that is not due do not fire', async () => {
  const time = new VirtualTime();
  const fired: number[] = [];
  time.clearTimeout(time.setTimeout(() => fired.push(1), 5));
  time.setTimeout(() => fired.push(2), 11);
  await time.advance(10);
  expect(fired).toEqual([]);
  expect(time.nowMs).toBe(startOfTimeMs + 10);
});

test('a timer that a timer sets fires on the same way when it is due', async () => {
  const time = new VirtualTime();
  const fired: number[] = [];
  time.setTimeout(() => time.setTimeout(() => fired.push(time.nowMs - startOfTimeMs), 5), 5);
  await time.advance(20);
  expect(fired).toEqual([10]);
});

test('advancing until work settles stops there, and at the bound when it does not', async () => {
  const time = new VirtualTime();
  await time.advanceUntilSettled(time.sleep(40), 1000);
  expect(time.nowMs).toBe(startOfTimeMs + 40);
  await time.advanceUntilSettled(new Promise(() => undefined), 1000);
  expect(time.nowMs).toBe(startOfTimeMs + 1040);
});
