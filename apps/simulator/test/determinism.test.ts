import { expect, test } from 'vitest';
import { runSimulator } from './support/run-simulator.ts';

const digestsOf = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await runSimulator(...args, '--digest')).lines;

test('the same seeds give the same events at the same times in two processes', async () => {
  const args = ['--seed', '1', '--walks', '12'];
  const [one, other] = await Promise.all([digestsOf(...args), digestsOf(...args)]);
  expect(one).toHaveLength(12);
  expect(new Set(one).size).toBe(12);
  expect(other).toEqual(one);
});

test('a walk does not depend on the walks before it', async () => {
  const [many, alone] = await Promise.all([digestsOf('--seed', '1', '--walks', '6'), digestsOf('--seed', '6')]);
  expect(alone).toEqual(many.slice(-1));
});
