import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../src/lib/loopback-host.ts';

/** Shared with every package that has a loopback rule of its own. */
const table = JSON.parse(readFileSync(new URL('../fixtures/loopback-hosts.json', import.meta.url), 'utf8')) as {
  url: string;
  loopback: boolean;
}[];

test.each(table)('isLoopbackHost: $url is $loopback', ({ url, loopback }) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(loopback);
});

test.each(['', '.localhost', 'localhost\n', 'localhost.', '127.0.0', '::1'])(
  'isLoopbackHost: %j, which is no loopback host name, is false',
  (hostname) => {
    expect(isLoopbackHost(hostname)).toBe(false);
  },
);
