/** The example backends in Python and PHP as processes, each with a sandbox of its own; also with changes. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { listen } from '@plural-otp/sandbox/listen';
import { root } from '../support/examples.ts';
import { startListening, type Listening } from '../support/listening.ts';
import type { WrongBackend } from './wrong-backends.ts';

export type Language = 'python' | 'php';

interface Example {
  folder: string;
  program: string;
  args: readonly string[];
  /** Runs the program to see whether it can run the example; prints `True`. */
  probe: readonly string[];
}

/** Returns the path of Python itself: a version manager's `python3` is a script that takes longer than Python to start. */
function findPython(): string {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return stdout?.trim() || 'python3';
}

const python = process.env['PYTHON_PATH'] ?? findPython();
const php = process.env['PHP_PATH'] ?? 'php';
export const examples: Readonly<Record<Language, Example>> = {
  python: {
    folder: join(root, 'docs/examples/python-backend'),
    program: python,
    args: ['server.py'],
    probe: ['-c', 'import sys; print(sys.version_info >= (3, 11))'],
  },
  php: {
    folder: join(root, 'docs/examples/php-backend'),
    program: php,
    args: ['server.php'],
    probe: [
      '-r',
      'echo PHP_VERSION_ID >= 80200 && extension_loaded("pdo_sqlite") && extension_loaded("curl") && extension_loaded("pcntl") ? "True" : "";',
    ],
  },
};

/** With CI=true a missing language fails the tests instead of skipping them. */
export const isMissing = (language: Language): boolean =>
  process.env['CI'] !== 'true' &&
  spawnSync(examples[language].program, [...examples[language].probe], { encoding: 'utf8' }).stdout?.trim() !== 'True';

/** A folder for databases, in memory where possible, because each commit is synced to disk, which is slow. */
export const createDataFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'plural-otp-example-'));

/** Environment variables of an example. */
export const exampleEnv = (sandboxOrigin: string, database: string): Record<string, string> => ({
  PYTHONDONTWRITEBYTECODE: '1',
  CONFORMANCE: '1',
  PORT: '0',
  DATABASE: database,
  PLURAL_BASE_URL: sandboxOrigin,
  PLURAL_CLIENT_ID: credentials.clientId,
  PLURAL_CLIENT_SECRET: credentials.clientSecret,
  PLURAL_RETURN_SECRET_KEY: credentials.returnSecretKey,
  PLURAL_WEBHOOK_SECRET: credentials.webhookSecret,
});

export interface RunningExample {
  readonly origin: string;
  readonly sandboxOrigin: string;
  end(): Promise<void>;
}

/** Starts an example with a sandbox of its own. With `wrong`, a copy that has these changes. */
export async function startExample(language: Language, wrong?: WrongBackend): Promise<RunningExample> {
  const { folder, program, args } = examples[language];
  const data = createDataFolder();
  const cwd = wrong === undefined ? folder : join(data, 'backend');
  if (wrong !== undefined) {
    cpSync(folder, cwd, { recursive: true });
    for (const [file, text, replacement] of wrong[language]) replaceOnce(join(cwd, file), text, replacement);
  }
  const sandbox = await listen(createSandbox(), 0);
  let backend: Listening | undefined;
  const end = async (): Promise<void> => {
    // PHP's launcher ends its server when it is asked to; killed, it could not.
    await backend?.end(language === 'php' ? 'SIGTERM' : 'SIGKILL');
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const env = exampleEnv(sandbox.origin, join(data, 'payments.sqlite'));
    backend = await startListening(program, args, { cwd, env });
  } catch (error) {
    await end();
    throw error;
  }
  return { origin: backend.origin, sandboxOrigin: sandbox.origin, end };
}

function replaceOnce(path: string, text: string, replacement: string): void {
  const parts = readFileSync(path, 'utf8').split(text);
  if (parts.length !== 2) throw new Error(`${path} contains ${parts.length - 1} times: ${text}`);
  writeFileSync(path, parts.join(replacement));
}
