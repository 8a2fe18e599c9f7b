import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { portFrom } from './settings.ts';
import { type Command, commandFor, isRuntime, runtimes } from './runtimes/launch-commands.ts';

/** The sandbox's own, printed when it starts; they open nothing else. */
const sandboxAccount = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
};

const wrong: string[] = [];
const port = portFrom('PORT', process.env['PORT'], 3000, wrong);
const sandboxPort = portFrom('SANDBOX_PORT', process.env['SANDBOX_PORT'], 3001, wrong);
const [runtime = 'node'] = process.argv.slice(2);
if (!isRuntime(runtime)) wrong.push(`There is no start file for "${runtime}": choose one of ${runtimes.join(', ')}.`);
if (!isRuntime(runtime) || wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}

const children: ChildProcess[] = [];
const end = (): void => {
  for (const child of children) child.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

const sandboxScript = fileURLToPath(new URL('main.js', import.meta.resolve('@plural-otp/sandbox')));
const sandboxArgs = ['--port', String(sandboxPort), '--webhook-url', `http://127.0.0.1:${port}/plural/webhook`];
const sandbox = start({ program: process.execPath, args: [sandboxScript, ...sandboxArgs] }, {});
await lineStarting(
  sandbox,
  'Listening on ',
  `The sandbox did not start on port ${sandboxPort}; SANDBOX_PORT sets another.`,
);
const shop = start(commandFor(runtime), {
  ...sandboxAccount,
  PLURAL_BASE_URL: `http://127.0.0.1:${sandboxPort}`,
  PORT: String(port),
});
await lineStarting(shop, 'Shop ready', 'The shop did not start.');
console.log(
  [
    '',
    `Open http://127.0.0.1:${port}/ and pay with a test card.`,
    `The merchant's page: http://127.0.0.1:${port}/merchant`,
    `The sandbox's phone, orders and faults: http://127.0.0.1:${sandboxPort}/`,
    'Press Ctrl+C to end both.',
  ].join('\n'),
);

/** Starts one of the two; when either ends, so does the other, and this process with its exit code. */
function start({ program, args }: Command, environment: Record<string, string>): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.once('exit', (code) => {
    process.exitCode ??= code ?? 1;
    end();
  });
  children.push(child);
  return child;
}

/** Shows what the child prints, and waits for the line that says it is ready. */
async function lineStarting(child: ChildProcess, beginning: string, failure: string): Promise<void> {
  if (child.stdout === null) throw new Error('The child was started without its output');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => console.log(line));
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => line.startsWith(beginning) && resolve());
  });
  await Promise.race([ready, once(child, 'exit')]);
  if (child.exitCode === null && child.signalCode === null) return;
  console.error(failure);
  process.exit(child.exitCode ?? 1);
}
