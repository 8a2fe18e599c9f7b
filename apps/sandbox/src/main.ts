#!/usr/bin/env node
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { credentials, rightOtp } from './scenarios/credentials.ts';
import { listen } from './listen.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { readState, writeState } from './state/state-file.ts';

const usage = `plural-sandbox [--port N] [--webhook-url URL] [--state FILE] [--lenient] [--help]

  --port N           where to listen on 127.0.0.1 (SANDBOX_PORT, else 3001; 0 takes a free one)
  --webhook-url URL  where webhooks go
  --state FILE       keep orders and everything else in this file over restarts
  --lenient          take the vendor guide's samples as they are printed
`;

interface CliOptions {
  readonly port: number;
  readonly webhookUrl: string | undefined;
  readonly stateFile: string | undefined;
  readonly lenient: boolean;
}

function parseOptions(): CliOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'webhook-url': { type: 'string' },
      state: { type: 'string' },
      lenient: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const port = Number(values.port ?? process.env['SANDBOX_PORT'] ?? 3001);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('--port takes 0 to 65535.');
  const webhookUrl = values['webhook-url'];
  if (webhookUrl !== undefined && !(URL.canParse(webhookUrl) && /^https?:\/\//.test(webhookUrl)))
    throw new TypeError('--webhook-url takes an http or https address.');
  return { port, webhookUrl, stateFile: values.state, lenient: values.lenient };
}

function startupMessage(): string {
  const width = Math.max(...scenarios.map(({ title }) => title.length));
  const rows = scenarios.map(({ number, title, description }) => `  ${number}  ${title.padEnd(width)}  ${description}`);
  return [
    "An emulator of Plural's card payments and of a bank's page. No money moves.",
    '',
    `  client id           ${credentials.clientId}`,
    `  client secret       ${credentials.clientSecret}`,
    `  return secret key   ${credentials.returnSecretKey}`,
    `  webhook secret      ${credentials.webhookSecret}`,
    '',
    `Cards (any date ahead, any CVV; the right code is ${rightOtp}):`,
    ...rows,
    '',
  ].join('\n');
}

/** A sandbox whose state survives in a file: read at start, written soon after each request and at the end. */
function createPersistentSandbox(file: string, options: SandboxOptions): { sandbox: Sandbox; save: () => void } {
  const sandbox = createSandbox({
    ...options,
    ...(existsSync(file) && { state: readState(readFileSync(file, 'utf8')) }),
  });
  const save = (): void => {
    // Whole or not at all: a rename replaces the file in one step.
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
          // The sandbox goes on without its file; the next request tries again.
          process.stderr.write(`${file} was not written: ${error instanceof Error ? error.message : 'unknown'}\n`);
        }
      }, 100);
    }
  };
  return { sandbox: { ...sandbox, fetch }, save };
}

async function main(): Promise<void> {
  const { port, webhookUrl, stateFile, lenient } = parseOptions();
  const options: SandboxOptions = { lenient, ...(webhookUrl !== undefined && { webhookUrl }) };
  const { sandbox, save } =
    stateFile === undefined
      ? { sandbox: createSandbox(options), save: () => undefined }
      : createPersistentSandbox(stateFile, options);
  const server = await listen(sandbox, port);
  const stop = async (): Promise<void> => {
    await server.close();
    save();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  process.stdout.write(
    `${startupMessage()}\n${stateFile === undefined ? '' : `State in ${stateFile}\n`}Listening on ${server.origin}\n`,
  );
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const words = taken
    ? 'The port is taken; choose another with --port.'
    : error instanceof Error
      ? error.message
      : 'Failed.';
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
});
