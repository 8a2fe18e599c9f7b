/** Checks of the settings alone. */

import { isLoopback, isSandbox, ok, problem, warning, type Check } from '../check.ts';

const names = [
  'SHOP_ORIGIN',
  'PLURAL_ENVIRONMENT',
  'PLURAL_CLIENT_ID',
  'PLURAL_CLIENT_SECRET',
  'PLURAL_RETURN_SECRET_KEY',
  'PLURAL_WEBHOOK_SECRET',
];

const allSet: Check = {
  name: 'settings',
  async run({ settings }) {
    const missing = names.filter((name) => !settings[name]);
    if (missing.length > 0) return problem(`Not set: ${missing.join(', ')}.`, 'Set them in the shop’s environment.');
    const padded = names.filter((name) => settings[name] !== settings[name]?.trim());
    if (padded.length > 0)
      return problem(`White space around ${padded.join(', ')}.`, 'Remove it: it becomes part of the value.');
    return ok(`All ${names.length} settings are there.`);
  },
};

const returnKey: Check = {
  name: 'return key',
  async run({ settings: { PLURAL_RETURN_SECRET_KEY: key = '' } }) {
    if (/^(?:[\da-f]{2}){16,}$/i.test(key)) return ok('PLURAL_RETURN_SECRET_KEY is a key in hex.');
    const reading = /^[A-Za-z\d+/]{22,}={0,2}$/.test(key) ? 'It looks like Base64.' : 'It is not hex.';
    return problem(
      `PLURAL_RETURN_SECRET_KEY is not a key in hex of 16 bytes or more. ${reading}`,
      'Copy the key as Plural shows it, or pass its encoding as returnSignature.keyEncoding.',
    );
  },
};

const transport: Check = {
  name: 'TLS',
  async run({ settings, url }) {
    const text = settings['SHOP_ORIGIN'] ?? '';
    if (!URL.canParse(text))
      return problem('SHOP_ORIGIN is not a URL.', 'Set it to an origin such as https://shop.example.');
    const origin = new URL(text);
    if (origin.origin !== text) return problem('SHOP_ORIGIN has more than an origin.', `Set it to ${origin.origin}.`);
    if (url && url.origin !== origin.origin) {
      return problem(
        `The shop was reached at ${url.origin}, and SHOP_ORIGIN is ${origin.origin}.`,
        'Set SHOP_ORIGIN to the origin that browsers use: requests of any other are rejected as CSRF.',
      );
    }
    if (origin.protocol === 'https:') return ok('SHOP_ORIGIN is https.');
    if (isSandbox(settings) && isLoopback(origin.hostname)) return ok('Plain http on this machine, next to a sandbox.');
    return problem(
      'SHOP_ORIGIN is plain http.',
      'Put TLS in front of the shop and set SHOP_ORIGIN to its https origin.',
    );
  },
};

const environment: Check = {
  name: 'environment',
  async run({ settings }) {
    if (settings['PLURAL_ENVIRONMENT'] === 'production')
      return ok('The shop takes real payments: PLURAL_ENVIRONMENT is production.');
    const { hostname = '' } = URL.canParse(settings['SHOP_ORIGIN'] ?? '') ? new URL(settings['SHOP_ORIGIN'] ?? '') : {};
    const change = 'Set PLURAL_ENVIRONMENT to production, with production’s own credentials, when the shop goes live.';
    if (isLoopback(hostname)) return ok('A shop on this machine, next to a sandbox or uat.');
    return warning('The shop has a public origin, and no money moves: PLURAL_ENVIRONMENT is not production.', change);
  },
};

/** The checks of this file. */
export const settingsChecks: readonly Check[] = [allSet, environment, transport, returnKey];
