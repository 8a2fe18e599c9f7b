/** The user that PostgreSQL runs as. Apart from the test runner, so that a benchmark can use it too. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';

/** Returns the command prefix that runs PostgreSQL as the user of its package, because it refuses to run as root. */
export function getPostgresUserPrefix(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [user, group] = [id('-u'), id('-g')];
  chownSync(folder, user, group);
  chmodSync(folder, 0o700);
  return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
}
