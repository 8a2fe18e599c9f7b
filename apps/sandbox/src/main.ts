#!/usr/bin/env node
/** The command `plural-sandbox`: parses its options, prints credentials and cards, and listens until it is stopped. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { credentials, rightOtp } from './scenarios/credentials.ts';
import { listen, type ListeningSandbox } from './listen.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';
import { scenarios } from './scenarios/scenarios.ts';
import type { SandboxState } from './state/state.ts';
import { readState, writeState } from './state/state-file.ts';

const usage = `Usage: plural-sandbox [options]

An emulator of Plural's card payment API and of a bank's page. It listens on 127.0.0.1 unless --host is given.

Options:
  --port <number>      port to listen on, 0 for a free one (default: SANDBOX_PORT, else 3001)
  --host <address>     address to listen on, for example 0.0.0.0 in a container (default: 127.0.0.1)
  --allow-host <name>  further host name that requests may address, for example sandbox; may be repeated
  --origin <url>       origin of challenge URLs, as a browser reaches the sandbox (default: that of the request)
  --webhook-url <url>  http or https URL that webhooks are sent to (default: none)
  --state <file>       file that keeps state and settings across restarts (default: none)
  --merchant <name>    name of the merchant in the bank's messages and on its page (default: Sandbox Shop)
  --lenient            accept the vendor guide's samples as printed
  --help               print this help

Exit codes: 0 after SIGINT or SIGTERM, 1 for invalid options or a failure.
`;

interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly origin: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly stateFile: string | undefined;
  /** Absent unless given, so that a stored setting remains. */
  readonly lenient: boolean | undefined;
  /** Absent unless given, so that a stored setting remains. */
  readonly merchantName: string | undefined;
}

function parseOptions(): CliOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      origin: { type: 'string' },
      'webhook-url': { type: 'string' },
      state: { type: 'string' },
      merchant: { type: 'string' },
      lenient: { type: 'boolean' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const rawPort = values.port ?? process.env['SANDBOX_PORT'] ?? '3001';
  const port = Number(rawPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError(`Invalid port: ${rawPort}. It must be an integer from 0 to 65535.`);
  const webhookUrl = values['webhook-url'];
  if (webhookUrl !== undefined && !(URL.canParse(webhookUrl) && /^https?:\/\//.test(webhookUrl)))
    throw new TypeError(`Invalid webhook URL: ${webhookUrl}. It must be an http or https URL.`);
  const { host, origin, lenient, merchant: merchantName, state: stateFile, 'allow-host': allowedHosts } = values;
  if (origin !== undefined && !(URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol)))
    throw new TypeError(`Invalid origin: ${origin}. It must be an http or https URL.`);
  return { port, host, allowedHosts, origin, webhookUrl, stateFile, lenient, merchantName };
}

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

/** Creates a sandbox that keeps its state in a file: read at start, written shortly after each request and at the end. */
function createPersistentSandbox(file: string, options: SandboxOptions): { sandbox: Sandbox; save: () => void } {
  const sandbox = createSandbox({
    ...options,
    ...(existsSync(file) && { state: readStateFile(file) }),
  });
  const save = (): void => {
    // A rename replaces the file atomically, so that a crash never leaves half of one.
    writeFileSync(`${file}.new`, writeState(sandbox.state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  save();
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  const fetch: Sandbox['fetch'] = async (input, init) => {
    try {
      return await sandbox.fetch(input, init);
    } finally {
      saveTimer ??= setTimeout(() => {
        saveTimer = undefined;
        try {
          save();
        } catch (error) {
          // The sandbox continues without the file; the next request retries.
          process.stderr.write(`Could not write the state to ${file}: ${errorMessage(error)}\n`);
        }
      }, 100);
    }
  };
  return { sandbox: { ...sandbox, fetch }, save };
}

function readStateFile(file: string): SandboxState {
  try {
    return readState(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`Invalid state file: ${file}. ${errorMessage(error)}`, { cause: error });
  }
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

async function main(): Promise<void> {
  const cliOptions = parseOptions();
  const { origin, webhookUrl, stateFile, lenient, merchantName } = cliOptions;
  const options: SandboxOptions = {
    ...(lenient !== undefined && { lenient }),
    ...(merchantName !== undefined && { merchantName }),
    ...(origin !== undefined && { origin }),
    ...(webhookUrl !== undefined && { webhookUrl }),
  };
  const { sandbox, save } =
    stateFile === undefined
      ? { sandbox: createSandbox(options), save: () => undefined }
      : createPersistentSandbox(stateFile, options);
  const server = await listenOrExplain(sandbox, cliOptions);
  const stop = async (): Promise<void> => {
    await server.close();
    save();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  process.stdout.write(
    `${startupMessage()}\n${stateFile === undefined ? '' : `State file: ${stateFile}\n`}Listening on ${server.origin}\n`,
  );
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
});
