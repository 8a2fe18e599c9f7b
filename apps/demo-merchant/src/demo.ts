/** The demo command: starts the sandbox and the shop on one of the runtimes, and stops both together. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { merchantName } from './catalogue.ts';
import { parsePort } from './settings.ts';
import { crowdSize, fillWithCrowd } from './runtimes/crowd.ts';
import { type Command, getCommand, isRuntime, runtimes } from './runtimes/launch-commands.ts';

/** Credentials of the sandbox, which it prints at its start; they are valid nowhere else. */
const sandboxAccount = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
};

const errors: string[] = [];
// An empty variable means an absent one, as in the shop.
const read = (name: string): string | undefined => process.env[name]?.trim() || undefined;
const port = parsePort('PORT', read('PORT'), 3000, errors);
const sandboxPort = parsePort('SANDBOX_PORT', read('SANDBOX_PORT'), 3001, errors);
const args = process.argv.slice(2);
const hasCrowd = args.includes('--crowd');
const runtime = args.find((argument) => argument !== '--crowd') ?? 'node';
if (!isRuntime(runtime)) errors.push(`Unknown runtime "${runtime}"; use one of ${runtimes.join(', ')}.`);
if (hasCrowd && runtime !== 'node') errors.push('--crowd needs the runtime node, whose file it fills.');
if (!isRuntime(runtime) || errors.length > 0) {
  console.error(errors.join('\n'));
  process.exit(1);
}

const shopOrigin = read('SHOP_ORIGIN') ?? `http://127.0.0.1:${port}`;
const children: ChildProcess[] = [];
const stopAll = (): void => {
  for (const child of children) child.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopAll);

const sandboxScript = fileURLToPath(new URL('main.js', import.meta.resolve('@plural-otp/sandbox')));
// Kept like the shop's orders, so that a payment that was started before a restart can be completed after it.
// The crowd has files of its own, which each start with it replaces.
const data = hasCrowd ? fileURLToPath(new URL('../data/crowd.sqlite', import.meta.url)) : read('DEMO_DATA');
const stateFile = data ? `${data}.sandbox.json` : fileURLToPath(new URL('../data/sandbox.json', import.meta.url));
mkdirSync(dirname(stateFile), { recursive: true });
if (hasCrowd) {
  console.log(`Sending ${crowdSize} simulated customers of seven days through the shop …`);
  const variables = {
    ...sandboxAccount,
    PLURAL_BASE_URL: `http://127.0.0.1:${sandboxPort}`,
    PORT: String(port),
    SHOP_ORIGIN: shopOrigin,
  };
  const { paidAtPlural } = await fillWithCrowd({ data: data ?? '', stateFile, variables, seed: 7 });
  console.log(`${paidAtPlural} of their orders are paid. None of it is real: the pages say “simulated”.`);
}
const webhookUrl = `http://127.0.0.1:${port}/plural/webhook`;
const sandboxArgs = ['--port', String(sandboxPort), '--webhook-url', webhookUrl, '--state', stateFile];
// The bank's message has to name the shop as the step does: it is what customers are told to compare.
sandboxArgs.push('--merchant', merchantName, '--checkout-url', `${shopOrigin}/checkout`);
const sandbox = startProcess({ program: process.execPath, args: [sandboxScript, ...sandboxArgs] }, {});
await waitForLine(
  sandbox,
  'Listening on ',
  `The sandbox did not start on port ${sandboxPort}. If the port is in use, set SANDBOX_PORT.`,
);
const shop = startProcess(getCommand(runtime), {
  ...sandboxAccount,
  PLURAL_BASE_URL: `http://127.0.0.1:${sandboxPort}`,
  PORT: String(port),
  ...(hasCrowd && { DEMO_DATA: data ?? '' }),
});
await waitForLine(shop, 'Shop listening on ', 'The shop did not start.');
console.log(
  [
    '',
    `Shop: ${shopOrigin}/`,
    `Payments and orders: ${shopOrigin}/merchant`,
    `Sandbox: http://127.0.0.1:${sandboxPort}/`,
    'Press Ctrl+C to stop both.',
  ].join('\n'),
);

/** Returns the variables that children on this machine need: no proxy between them, and an end with this process. */
function loopbackEnvironment(): Record<string, string> {
  const direct = [process.env['NO_PROXY'] ?? process.env['no_proxy'], '127.0.0.1', 'localhost'];
  const noProxy = direct.filter(Boolean).join(',');
  const guard = new URL('runtimes/end-with-parent.ts', import.meta.url).href;
  return {
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${guard}`.trim(),
    PARENT_PID: String(process.pid),
  };
}

/** Starts a child process. When either child exits, the other is stopped, and this process exits with its code. */
function startProcess({ program, args }: Command, environment: Record<string, string>): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, ...loopbackEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.once('exit', (code) => {
    process.exitCode ??= code ?? 1;
    stopAll();
  });
  children.push(child);
  return child;
}

/** Prints the child's output, and waits for the line that starts with `prefix`; exits if the child exits first. */
async function waitForLine(child: ChildProcess, prefix: string, failure: string): Promise<void> {
  if (child.stdout === null) throw new Error('The child was started without a pipe for its output');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => console.log(line));
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => line.startsWith(prefix) && resolve());
  });
  await Promise.race([ready, once(child, 'exit')]);
  if (child.exitCode === null && child.signalCode === null) return;
  console.error(failure);
  process.exit(child.exitCode ?? 1);
}
