/** The settings of the shop, read from environment variables and validated as a whole. */

import type { TestCardSource } from './test-cards.ts';

/** Settings that the shop needs to start. */
export interface Settings {
  readonly port: number;
  /** Origin that browsers and Plural use. */
  readonly origin: string;
  readonly plural: {
    readonly baseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly returnSecretKey: string;
    readonly webhookSecret: string;
  };
  readonly cards: TestCardSource;
  /** Access to the merchant's page. */
  readonly merchant: {
    /** Password of the page; absent where none is set and the shop is on the internet, where nobody may enter. */
    readonly password: string | undefined;
    /** True for the demo's own password, which the login page tells. */
    readonly isDemoPassword: boolean;
    /** Secret that logins are signed and references of payments are hashed by. */
    readonly secret: string;
  };
}

/** Password of the merchant's page on a developer's own machine. */
export const demoPassword = 'nilgiri';

/** Error that lists everything missing or wrong in the environment, one line per variable, without any value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/**
 * Parses the environment variables.
 * @throws SettingsError that lists everything missing or wrong, and what to set
 */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const lines: string[] = [];
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const required = (name: string, description: string): string => {
    const value = read(name);
    if (value === undefined) lines.push(`${name} is not set: ${description}.`);
    return value ?? '';
  };
  const port = parsePort('PORT', read('PORT'), 3000, lines);
  const plural = {
    baseUrl: required('PLURAL_BASE_URL', 'the URL of Plural, or of the sandbox (http://127.0.0.1:3001)'),
    clientId: required('PLURAL_CLIENT_ID', 'the client id from your onboarding'),
    clientSecret: required('PLURAL_CLIENT_SECRET', 'the client secret from your onboarding'),
    returnSecretKey: required('PLURAL_RETURN_SECRET_KEY', 'the key that signs the return, as hex digits'),
    webhookSecret: required('PLURAL_WEBHOOK_SECRET', 'the secret that signs webhooks'),
  };
  if (plural.baseUrl !== '' && !isOrigin(plural.baseUrl.replace(/\/$/, ''))) {
    lines.push(
      `PLURAL_BASE_URL is invalid: ${originExpected}, for example https://plural.example or http://127.0.0.1:3001.`,
    );
  }
  if (plural.returnSecretKey !== '' && !/^(?:[0-9a-f]{2})+$/i.test(plural.returnSecretKey)) {
    lines.push('PLURAL_RETURN_SECRET_KEY is not hex: an even number of the digits 0-9 and a-f, as you received it.');
  }
  const origin = read('SHOP_ORIGIN') ?? `http://127.0.0.1:${port}`;
  if (!isOrigin(origin)) lines.push(`SHOP_ORIGIN is invalid: ${originExpected}, for example https://shop.example.`);
  for (const [name, least] of [
    ['MERCHANT_PASSWORD', 8],
    ['MERCHANT_SECRET', 16],
  ] as const) {
    const value = read(name);
    if (value !== undefined && value.length < least)
      lines.push(`${name} is too short: set at least ${least} characters.`);
  }
  if (lines.length > 0) throw new SettingsError(lines);

  const json = read('DEMO_CARDS');
  const password = read('MERCHANT_PASSWORD') ?? (isLoopbackHost(new URL(origin).hostname) ? demoPassword : undefined);
  return {
    port,
    origin,
    plural,
    cards: json === undefined ? { sandboxUrl: plural.baseUrl } : { json },
    merchant: {
      password,
      isDemoPassword: password === demoPassword,
      secret: read('MERCHANT_SECRET') ?? `merchant of ${plural.clientSecret}`,
    },
  };
}

const originExpected = 'set scheme, host and port only, with http only on this machine';

/**
 * Returns true for a loopback host name: `localhost`, `*.localhost`, `127.0.0.0/8` or `[::1]`. A copy of core's rule,
 * because that one is in an internal entry point, and this shop shows what a merchant can write with the public ones.
 */
function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Returns true for an origin that browsers send unchanged, over https or on this machine. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname)));
}

/** Parses a port, or adds what is wrong with it to `lines` and returns the fallback. */
export function parsePort(name: string, text: string | undefined, fallback: number, lines: string[]): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  lines.push(`${name} is not a port: set a number from 1 to 65535, or omit it for ${fallback}.`);
  return fallback;
}
