import { expect, test } from 'vitest';
import { runSimulator } from './support/run-simulator.ts';

const bug = 'webhook-not-due';

test('a violation prints the line that replays it, and a shortest walk that breaks the same promise', async () => {
  const { code, lines } = await runSimulator('--bug', bug, '--seed', '1', '--walks', '200');
  expect(code).toBe(1);
  const promise = /breaks ([\w-]+):/.exec(lines[0] ?? '')?.[1];
  const commands = lines.filter((line) => line.includes('npm run simulate -- '));
  expect(commands).toHaveLength(2);
  const [replay, shortest] = await Promise.all(
    commands.map(async (command) => {
      const [, args = ''] = command.split('npm run simulate -- ');
      return runSimulator(...args.split(' '), '--no-shrink', '--trace');
    }),
  );
  for (const replayed of [replay, shortest]) {
    expect(replayed?.code).toBe(1);
    expect(replayed?.lines.join('\n')).toContain(`breaks ${promise}:`);
  }
  expect(shortest?.lines.length).toBeLessThan(replay?.lines.length ?? 0);
});
