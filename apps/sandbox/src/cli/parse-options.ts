/** Options of the command `plural-sandbox`. */
import { parseArgs } from 'node:util';
import type { SandboxOptions } from '../create-sandbox.ts';
import { httpUrl } from '../lib/validators.ts';

/** Printed by `--help`. */
export const usage = `Usage: plural-sandbox [options]

An emulator of Plural's card payment API and of a bank's page. It listens on 127.0.0.1 unless --host is given.

Options:
  --port <number>      port to listen on, 0 for a free one (default: SANDBOX_PORT, else 3001)
  --host <address>     address to listen on, for example 0.0.0.0 in a container (default: 127.0.0.1)
  --allow-host <name>  further host name that requests may address, for example sandbox; may be repeated
  --origin <url>       origin of challenge URLs, as a browser reaches the sandbox (default: that of the request)
  --webhook-url <url>  http or https URL that webhooks are sent to; may be repeated (default: none)
  --state <file>       file that keeps state and settings across restarts (default: none)
  --import <file>      file with the state to start from; it is only read
  --seed <number>      make ids reproducible
  --now <time>         time to start at, for example 2026-01-05T06:30:00Z (default: the real time)
  --freeze             stop the clock until it is moved
  --merchant <name>    name of the merchant in the bank's messages and on its page (default: Sandbox Shop)
  --checkout-url <url> checkout page of the shop, to which the control page links each card (default: none)
  --lenient            accept the vendor guide's samples as printed
  --exec <command>     run a command once the sandbox listens, with its address in SANDBOX_ORIGIN, then end
  --help               print this help

Exit codes: 0 after SIGINT or SIGTERM, 1 for invalid options or a failure, and that of the command with --exec.
`;

/** Parsed options of the command. */
export interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly stateFile: string | undefined;
  readonly importFile: string | undefined;
  readonly command: string | undefined;
  /** Options of the sandbox. An absent one leaves the stored setting. */
  readonly sandbox: SandboxOptions;
}

/**
 * Parses the command line. Returns null for `--help`.
 *
 * @throws A TypeError that names the invalid option.
 */
export function parseOptions(args: readonly string[], env: Partial<Record<string, string>>): CliOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      origin: { type: 'string' },
      'webhook-url': { type: 'string', multiple: true },
      state: { type: 'string' },
      import: { type: 'string' },
      seed: { type: 'string' },
      now: { type: 'string' },
      freeze: { type: 'boolean' },
      lenient: { type: 'boolean' },
      merchant: { type: 'string' },
      'checkout-url': { type: 'string' },
      exec: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { host, origin, lenient, seed, now, freeze, 'webhook-url': webhookUrl } = values;
  if (values.state !== undefined && values.import !== undefined)
    throw new TypeError('--state and --import exclude each other: --state reads its own file.');
  for (const url of webhookUrl ?? []) {
    if (httpUrl(url, '').length > 0)
      throw new TypeError(`Invalid webhook URL: ${url}. It must be an http or https URL.`);
    const { username, password } = new URL(url);
    if (username !== '' || password !== '')
      throw new TypeError(
        'Invalid webhook URL: it must not have a user name or a password, fetch does not send to one.',
      );
  }
  if (origin !== undefined && httpUrl(origin, '').length > 0)
    throw new TypeError(`Invalid origin: ${origin}. It must be an http or https URL.`);
  const startAtMs = now === undefined ? undefined : Date.parse(now);
  if (startAtMs !== undefined && !(startAtMs >= 0))
    throw new TypeError(
      `Invalid time: ${now}. It must be an ISO 8601 time from 1970 on, for example 2026-01-05T06:30:00Z.`,
    );
  return {
    port: parsePort(values.port ?? env['SANDBOX_PORT'] ?? '3001'),
    host,
    allowedHosts: values['allow-host'],
    stateFile: values.state,
    importFile: values.import,
    command: values.exec,
    sandbox: {
      ...(lenient !== undefined && { lenient }),
      ...(values.merchant !== undefined && { merchantName: values.merchant }),
      ...(values['checkout-url'] !== undefined && { checkoutUrl: values['checkout-url'] }),
      ...(origin !== undefined && { origin }),
      ...(webhookUrl !== undefined && { webhookUrl }),
      ...(seed !== undefined && { seed: parseSeed(seed) }),
      ...(startAtMs !== undefined && { startAtMs }),
      ...(freeze !== undefined && { frozen: freeze }),
    },
  };
}

function parsePort(text: string): number {
  // Digits alone: an empty string, 1e3 and 0x1200 are no ports, though `Number` takes them.
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new TypeError(`Invalid port: ${text === '' ? '(empty)' : text}. It must be an integer from 0 to 65535.`);
  return Number(text);
}

function parseSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new TypeError(`Invalid seed: ${text}. It must be an integer of at most 15 digits.`);
  return Number(text);
}
