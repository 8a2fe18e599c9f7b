import { expect, test } from 'vitest';
import { corpus } from '../src/corpus.ts';
import { runSimulator } from './support/run-simulator.ts';

// Two at a time, as the smallest machines have two cores.
test.concurrent.each([1001, 1121])('120 walks from seed %i on break no promise', async (seed) => {
  const { code, lines } = await runSimulator('--seed', String(seed), '--walks', '120');
  expect(lines.join('\n')).toContain('every promise held');
  expect(code).toBe(0);
});

test('the walks that once broke a promise break none any more', async () => {
  const { code, lines } = await runSimulator('--corpus');
  expect(lines.join('\n')).toContain('every promise held');
  expect(lines.at(0)).toContain(`${corpus.length} walks`);
  expect(code).toBe(0);
});

test('every seed of the corpus has the reason it is there for, and is there once', () => {
  expect(corpus.filter(({ reason }) => reason.length < 20)).toEqual([]);
  expect(new Set(corpus.map(({ seed }) => seed)).size).toBe(corpus.length);
});
