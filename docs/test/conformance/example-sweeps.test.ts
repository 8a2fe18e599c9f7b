import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { examples, isMissing } from './example-backends.ts';

/** Runs the sweeps of the Python backend, of which each fails, and prints how many there were before the fourth. */
const program = `
import types, server
sweeps = []
def sweep():
    sweeps.append(1)
    if len(sweeps) == 4:
        raise SystemExit
    raise AttributeError('secret')
server.time = types.SimpleNamespace(sleep=lambda seconds: None)
try:
    server.Backend.sweep_forever(types.SimpleNamespace(payments=types.SimpleNamespace(sweep=sweep)))
except SystemExit:
    print(len(sweeps) - 1)
`;

test.skipIf(isMissing('python'))('the Python backend sweeps on after any error, and logs no more than its type', () => {
  const { folder, program: python } = examples.python;
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout, stderr } = spawnSync(python, ['-c', program], { cwd: folder, env, encoding: 'utf8' });
  expect(stdout.trim()).toBe('3');
  expect(stderr.trim().split('\n')).toEqual(Array.from({ length: 3 }, () => 'the sweep failed: AttributeError'));
});
