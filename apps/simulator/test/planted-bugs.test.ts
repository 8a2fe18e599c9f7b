import { describe, expect, test } from 'vitest';
import { plantedBugs } from '../src/planted-bugs.ts';
import { search } from '../src/planted-bugs/planted-bug.ts';
import { runSimulator } from './support/run-simulator.ts';

describe(`${search.walks} walks from seed ${search.seed} on find what is broken on purpose`, () => {
  test.concurrent.each(plantedBugs.map((bug) => [bug.name, bug] as const))('%s', async (name, { breaks }) => {
    const args = ['--bug', name, '--seed', String(search.seed), '--walks', String(search.walks), '--no-shrink'];
    const { code, lines } = await runSimulator(...args);
    const broken = /^seed \d+ breaks ([\w-]+):/.exec(lines[0] ?? '')?.[1];
    expect(breaks, lines.join('\n')).toContain(broken);
    expect(code).toBe(1);
  });
});

test('at least ten bugs are planted, each with its own name', () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(10);
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
});

test('an unknown bug is an error of the command', async () => {
  const { code, lines } = await runSimulator('--bug', 'no-such-bug');
  expect(code).toBe(2);
  expect(lines[0]).toContain('There is no planted bug "no-such-bug"');
});
