#!/usr/bin/env node
/** The command `plural-sandbox`: parses its options, prints credentials and cards, and listens until it is stopped. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type CliOptions, parseOptions, usage } from './cli/parse-options.ts';
import { openStateFile, readStateFile } from './cli/state-file-on-disk.ts';
import { toListeningOrigin } from './lib/listening-origin.ts';
import { credentials, rightOtp } from './scenarios/credentials.ts';
import { listen, type ListeningSandbox } from './listen.ts';
import { createSandbox, type Sandbox } from './create-sandbox.ts';
import { scenarios } from './scenarios/scenarios.ts';

const minNodeMajor = 22;

function startupMessage(): string {
  const width = Math.max(...scenarios.map(({ title }) => title.length));
  const rows = scenarios.map(({ number, title, description }) => `  ${number}  ${title.padEnd(width)}  ${description}`);
  return [
    "An emulator of Plural's card payment API and of a bank's page. No money moves.",
    '',
    `  client id           ${credentials.clientId}`,
    `  client secret       ${credentials.clientSecret}`,
    `  return secret key   ${credentials.returnSecretKey}`,
    `  webhook secret      ${credentials.webhookSecret}`,
    '',
    `Cards (any future expiry date, any CVV; the right OTP is ${rightOtp}):`,
    ...rows,
    '',
  ].join('\n');
}

/** Creates the sandbox, with the state of a file when one is given. `close` writes that file. */
function createStoredSandbox({ sandbox: given, stateFile, importFile, host, port }: CliOptions): {
  readonly sandbox: Sandbox;
  readonly close: () => void;
} {
  // The port that 0 selects is known once the sandbox listens.
  const firstOrigin = toListeningOrigin(host, port);
  const options = { ...given, ...(port !== 0 && URL.canParse(firstOrigin) && { firstOrigin }) };
  if (stateFile === undefined) {
    const state = importFile === undefined ? undefined : readStateFile(importFile);
    return {
      sandbox: createSandbox({ ...options, ...(state !== undefined && { state }) }),
      close: () => undefined,
    };
  }
  const file = openStateFile(stateFile);
  const sandbox = createSandbox({ ...options, ...(file.state !== undefined && { state: file.state }) });
  return { sandbox: file.keep(sandbox), close: () => file.close(sandbox) };
}

/** Listens, and explains a port that is in use. */
async function listenOrExplain(sandbox: Sandbox, { port, host, allowedHosts }: CliOptions): Promise<ListeningSandbox> {
  try {
    return await listen(sandbox, port, { host, allowedHosts });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Error(`Port ${port} is already in use. Choose another one with --port.`, { cause: error });
  }
}

/** Runs a command with the address of the sandbox in its environment. Returns its exit code. */
function runCommand(command: string, origin: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, SANDBOX_ORIGIN: origin };
    const child = spawn(command, { shell: true, stdio: 'inherit', env });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    // Ctrl+C reaches the command by the terminal; a signal to this process alone is handed on.
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGINT', () => undefined);
  });
}

async function main(): Promise<void> {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < minNodeMajor)
    throw new Error(`plural-sandbox needs Node ${minNodeMajor} or later; this is Node ${node}.`);
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === null) {
    process.stdout.write(usage);
    return;
  }
  const { command, stateFile } = options;
  const { sandbox, close } = createStoredSandbox(options);
  const server = await listenOrExplain(sandbox, options);
  const stop = async (exitCode: number): Promise<void> => {
    await server.close();
    close();
    process.exit(exitCode);
  };
  const running = command === undefined ? undefined : runCommand(command, server.origin);
  if (running === undefined)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));
  const stateLine = stateFile === undefined ? '' : `State file: ${stateFile}\n`;
  const message = running === undefined ? `${startupMessage()}\n` : '';
  process.stdout.write(`${message}${stateLine}Listening on ${server.origin}\n`);
  if (running !== undefined) await stop(await running);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
