import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SettingsError, parseSettings } from '../src/settings.ts';

const complete = {
  PLURAL_BASE_URL: 'http://127.0.0.1:3001',
  PLURAL_CLIENT_ID: 'id',
  PLURAL_CLIENT_SECRET: 'a-secret',
  PLURAL_RETURN_SECRET_KEY: '0a1b',
  PLURAL_WEBHOOK_SECRET: 'another-secret',
};

function getErrors(changes: Record<string, string>): readonly string[] {
  try {
    parseSettings({ ...complete, ...changes });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
}

test('a complete environment is accepted, and the origin is derived from the port', () => {
  expect(parseSettings({ ...complete, PORT: '4000' })).toMatchObject({ port: 4000, origin: 'http://127.0.0.1:4000' });
  expect(getErrors({ PLURAL_BASE_URL: 'https://plural.example/', SHOP_ORIGIN: 'https://shop.example' })).toEqual([]);
});

test('cards come from the sandbox, or from JSON', () => {
  expect(parseSettings(complete).cards).toEqual({ sandboxUrl: complete.PLURAL_BASE_URL });
  expect(parseSettings({ ...complete, DEMO_CARDS: '{"cards":[]}' }).cards).toEqual({ json: '{"cards":[]}' });
});

test.each([
  'nowhere',
  'ftp://plural.example',
  'http://plural.example',
  'https://plural.example/api',
  'https://a:b@c.d',
])('an invalid PLURAL_BASE_URL is reported without its value: %s', (address) => {
  const [line = '', ...others] = getErrors({ PLURAL_BASE_URL: address });
  expect(line).toContain('PLURAL_BASE_URL is invalid');
  expect(line).not.toContain(address);
  expect(others).toEqual([]);
});

test.each(['shop.example', 'https://shop.example/', 'http://shop.example', 'null', '*'])(
  'a SHOP_ORIGIN that no browser sends, or that is http beyond this machine, is rejected: %s',
  (origin) => expect(getErrors({ SHOP_ORIGIN: origin })).toEqual([expect.stringContaining('SHOP_ORIGIN')]),
);

test.each(Object.keys(complete))('a missing or blank %s is reported', (name) => {
  expect(getErrors({ [name]: '  ' })).toEqual([expect.stringContaining(`${name} is not set`)]);
});

/** The table that every package of the kit tests its rule for loopback hosts with. */
const hosts = JSON.parse(
  readFileSync(new URL('../../../packages/core/test/fixtures/loopback-hosts.json', import.meta.url), 'utf8'),
) as { url: string; loopback: boolean }[];

test.each(hosts)('http is accepted only on this machine: $url is loopback: $loopback', ({ url, loopback }) => {
  const { origin } = new URL(url);
  expect(getErrors({ SHOP_ORIGIN: origin, PLURAL_BASE_URL: origin })).toHaveLength(loopback ? 0 : 2);
});

test('all errors are reported at once', () => {
  const lines = getErrors({ PORT: '0', PLURAL_RETURN_SECRET_KEY: 'no hex', PLURAL_CLIENT_ID: '', SHOP_ORIGIN: '*' });
  expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(
    new Set(['PORT', 'PLURAL_CLIENT_ID', 'PLURAL_RETURN_SECRET_KEY', 'SHOP_ORIGIN']),
  );
  expect(lines).toHaveLength(4);
});
