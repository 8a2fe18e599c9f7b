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

test('a complete environment is taken, and where the shop is follows from its port', () => {
  expect(parseSettings({ ...complete, PORT: '4000' })).toMatchObject({ port: 4000, origin: 'http://127.0.0.1:4000' });
  expect(getErrors({ PLURAL_BASE_URL: 'https://plural.example/', SHOP_ORIGIN: 'https://shop.example' })).toEqual([]);
});

test('cards come from the sandbox, or are given as JSON', () => {
  expect(parseSettings(complete).cards).toEqual({ sandboxUrl: complete.PLURAL_BASE_URL });
  expect(parseSettings({ ...complete, DEMO_CARDS: '{"cards":[]}' }).cards).toEqual({ json: '{"cards":[]}' });
});

test.each([
  'nowhere',
  'ftp://plural.example',
  'http://plural.example',
  'https://plural.example/api',
  'https://a:b@c.d',
])('an address of Plural that cannot be called is named, and never repeated: %s', (address) => {
  const [line = '', ...others] = getErrors({ PLURAL_BASE_URL: address });
  expect(line).toContain('PLURAL_BASE_URL is not an address');
  expect(line).not.toContain(address);
  expect(others).toEqual([]);
});

test.each(['shop.example', 'https://shop.example/', 'http://shop.example', 'null', '*'])(
  'an origin that no browser would send, or that is open to listeners, is named: %s',
  (origin) => expect(getErrors({ SHOP_ORIGIN: origin })).toEqual([expect.stringContaining('SHOP_ORIGIN')]),
);

test.each(Object.keys(complete))('a missing %s is named, also when it is only spaces', (name) => {
  expect(getErrors({ [name]: '  ' })).toEqual([expect.stringContaining(`${name} is not set`)]);
});

test('everything that is wrong is said at once', () => {
  const lines = getErrors({ PORT: '0', PLURAL_RETURN_SECRET_KEY: 'no hex', PLURAL_CLIENT_ID: '', SHOP_ORIGIN: '*' });
  expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(
    new Set(['PORT', 'PLURAL_CLIENT_ID', 'PLURAL_RETURN_SECRET_KEY', 'SHOP_ORIGIN']),
  );
  expect(lines).toHaveLength(4);
});
