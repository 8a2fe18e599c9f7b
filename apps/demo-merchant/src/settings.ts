import type { TestCardSource } from './test-cards.ts';

/** What the shop has to be told before it can start. */
export interface Settings {
  readonly port: number;
  /** What browsers and Plural see, without a path. */
  readonly origin: string;
  readonly plural: {
    readonly baseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly returnSecretKey: string;
    readonly webhookSecret: string;
  };
  readonly cards: TestCardSource;
}

/** What was missing or wrong in the environment, one line per variable. Holds no value of a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/**
 * Reads the environment, as the runtime gives it.
 * @throws SettingsError that lists everything missing or wrong at once, and what to set
 */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const lines: string[] = [];
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const required = (name: string, what: string): string => {
    const value = read(name);
    if (value === undefined) lines.push(`${name} is not set: ${what}.`);
    return value ?? '';
  };
  const port = parsePort('PORT', read('PORT'), 3000, lines);
  const plural = {
    baseUrl: required('PLURAL_BASE_URL', 'the address of Plural, or of the sandbox (http://127.0.0.1:3001)'),
    clientId: required('PLURAL_CLIENT_ID', 'the client id from your onboarding'),
    clientSecret: required('PLURAL_CLIENT_SECRET', 'the client secret from your onboarding'),
    returnSecretKey: required('PLURAL_RETURN_SECRET_KEY', 'the key that signs the return, as hex digits'),
    webhookSecret: required('PLURAL_WEBHOOK_SECRET', 'the secret that signs webhooks'),
  };
  if (plural.baseUrl !== '' && !isOrigin(plural.baseUrl.replace(/\/$/, ''))) {
    lines.push(
      `PLURAL_BASE_URL is not an address: ${originExpected}, for example https://plural.example or http://127.0.0.1:3001.`,
    );
  }
  if (plural.returnSecretKey !== '' && !/^(?:[0-9a-f]{2})+$/i.test(plural.returnSecretKey)) {
    lines.push('PLURAL_RETURN_SECRET_KEY is not hex: an even number of the digits 0-9 and a-f, as it was handed out.');
  }
  const origin = read('SHOP_ORIGIN') ?? `http://127.0.0.1:${port}`;
  if (!isOrigin(origin))
    lines.push(`SHOP_ORIGIN is not an origin: ${originExpected}, for example https://shop.example.`);
  if (lines.length > 0) throw new SettingsError(lines);

  const json = read('DEMO_CARDS');
  return {
    port,
    origin,
    plural,
    cards: json === undefined ? { sandboxUrl: plural.baseUrl } : { json },
  };
}

const originExpected = 'scheme, host and port only, and http only on this machine';

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
}

/** A port from the environment; what is wrong with it goes to `lines`. */
export function parsePort(name: string, text: string | undefined, fallback: number, lines: string[]): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  lines.push(`${name} is not a port: set a number from 1 to 65535, or leave it out for ${fallback}.`);
  return fallback;
}
