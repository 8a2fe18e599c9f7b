import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDataFolder, examples, isMissing, type Language } from './example-backends.ts';

/** Programs that reserve a start at some times, cancel it, and print whether it is still there. */
const programs: Readonly<Record<Language, string[]>> = {
  python: [
    '-c',
    `import sys
from repository import PaymentRepository
starts = PaymentRepository(sys.argv[1])
for at in sys.argv[2:]:
    assert starts.reserve_start('R', 'order', {}, float(at))
starts.finish_start('R', created_nothing=True)
print(starts.get_start('R') is not None)`,
  ],
  php: [
    '-r',
    `require 'repository.php';
$starts = new PaymentRepository($argv[1]);
$starts->create_tables();
foreach (array_slice($argv, 2) as $at) if (!$starts->reserve_start('R', 'order', ['a' => 1], (float) $at)) exit(1);
$starts->finish_start('R', created_nothing: true);
echo $starts->get_start('R') === null ? 'False' : 'True';`,
  ],
};

function isKeptAfterCancel(language: Language, ...reservedAtSeconds: number[]): string {
  const { folder, program } = examples[language];
  const data = createDataFolder();
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const args = [...programs[language], ...(language === 'php' ? ['--'] : []), join(data, 'starts.db')];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const ran = spawnSync(program, [...args, ...reservedAtSeconds.map(String)], { cwd: folder, env, encoding: 'utf8' });
  return `${ran.stdout.trim()}${ran.stderr}`;
}

describe.each(['python', 'php'] as const)('a start of the %s backend that is refused', (language) => {
  test.skipIf(isMissing(language))('leaves nothing behind', () => {
    expect(isKeptAfterCancel(language, 0)).toBe('False');
  });

  test.skipIf(isMissing(language))(
    'stays when it was begun before, because that call may have created a payment',
    () => {
      expect(isKeptAfterCancel(language, 0, 61)).toBe('True');
    },
  );
});
