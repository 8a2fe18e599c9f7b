import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examples, root } from './support/examples.ts';

const document = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const fences = examples().filter(({ where }) => where.startsWith('SECURITY.md:'));
const folder = join(root, 'docs/.security-example');
const component = readFileSync(join(root, 'packages/element/dist/plural-otp.min.js'));
const integrity = (
  JSON.parse(readFileSync(join(root, 'packages/element/dist/integrity.json'), 'utf8')) as Record<string, string>
)['plural-otp.min.js'];

/** Headers that SECURITY.md recommends. */
const headers = Object.fromEntries(
  (fences.find(({ language }) => language === 'http')?.code ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
);

describe('the payment page check of SECURITY.md', () => {
  type Check = (url: string, expected: { headers: object; scripts: object; inline: string[] }) => Promise<string[]>;
  let check: Check;
  let server: Server;
  let sent: { status: number; headers: Record<string, string>; html: string; script: Buffer };
  const inline = 'document.title = "Pay";';
  const expected = {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('nonce-…', 'nonce-{nonce}')]),
    ),
    scripts: { '/plural-otp.min.js': integrity },
    inline: [`sha384-${createHash('sha384').update(inline).digest('base64')}`],
  };

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'watch.ts');
    writeFileSync(file, fences.find(({ language }) => language === 'ts')?.code ?? '');
    ({ checkPaymentPage: check } = (await import(file)) as { checkPaymentPage: Check });
    server = createServer((request, response) => {
      if (request.url === '/pay') response.writeHead(sent.status, sent.headers).end(sent.html);
      else response.end(sent.script);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    sent = {
      status: 200,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value.replace('nonce-…', 'nonce-a1b2')]),
      ),
      html: `<script type="module" src="/plural-otp.min.js" integrity="${integrity}" crossorigin="anonymous"></script><script nonce="a1b2">${inline}</script>`,
      script: component,
    };
  });
  const found = (): Promise<string[]> =>
    check(`http://127.0.0.1:${(server.address() as AddressInfo).port}/pay`, expected);

  test('finds nothing on a page that is as expected', async () => {
    expect(Object.keys(headers)).toHaveLength(7);
    expect(await found()).toEqual([]);
  });

  test.each<[string, () => void, RegExp]>([
    ['a missing header', () => delete sent.headers['Content-Security-Policy'], /^Content-Security-Policy is nothing$/],
    ['a weaker header', () => (sent.headers['Referrer-Policy'] = 'unsafe-url'), /^Referrer-Policy is unsafe-url$/],
    ['a wider policy', () => (sent.headers['Content-Security-Policy'] += ' https:'), /^Content-Security-Policy is /],
    [
      'a changed file',
      () => (sent.script = Buffer.concat([component, Buffer.from(';')])),
      /plural-otp\.min\.js has changed$/,
    ],
    [
      'a file without its hash',
      () => (sent.html = sent.html.replace(/integrity="[^"]*"/, '')),
      /has no matching integrity attribute$/,
    ],
    [
      'one more script',
      () => (sent.html += '<script src="https://cdn.example/a.js"></script>'),
      /unauthorized script: https:\/\/cdn/,
    ],
    ['one more inline script', () => (sent.html += '<SCRIPT >steal()</SCRIPT >'), /unauthorized inline script/],
    ['another status', () => (sent.status = 302), /^the page responds with 302$/],
  ])('reports %s', async (_what, change, words) => {
    change();
    expect(await found()).toEqual([expect.stringMatching(words)]);
  });
});

test('the policy of SECURITY.md lets the component run: the component is tested under it', () => {
  const tested = readFileSync(join(root, 'packages/element/test/strict-page.live.test.ts'), 'utf8');
  const policy = headers['Content-Security-Policy'] ?? '';
  for (const directive of [
    "default-src 'none'",
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types plural-otp',
  ]) {
    expect(policy).toContain(directive);
    expect(tested).toContain(directive);
  }
});

test('every file that SECURITY.md links to exists', () => {
  const links = [...document.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) expect(() => readFileSync(join(root, link))).not.toThrow(/ENOENT/);
});
