import { readFileSync } from 'node:fs';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import { credentials } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import { checkNames } from '../src/examine.ts';
import { createCertificate } from './support/certificate.ts';
import { createWorkplace } from './support/command.ts';
import { find, open } from './support/examination.ts';

test('--help names every option of the README, and ends with 0', async () => {
  const { status, stdout, stderr } = await createWorkplace().run(['--help']);
  expect([status, stderr]).toEqual([0, '']);
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const options = [...page.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option);
  expect(options.length).toBeGreaterThan(5);
  for (const option of options) expect(stdout).toContain(` ${option} `);
});

test.each<[args: string[], said: RegExp]>([
  [[], /Unknown command \(none\)\.[^]*Usage: plural-otp doctor/],
  [['docter'], /Unknown command docter\./],
  [['doctor', 'twice'], /Unknown command doctor twice\./],
  [['doctor', '--colour'], /Unknown option '--colour'[^]*Usage: plural-otp doctor/],
  [['doctor', '--url', 'shop.example'], /--url is not a URL such as https:/],
  [['doctor', '--return', 'absent.txt'], /--return: absent\.txt cannot be read\./],
  [['doctor', '--webhook', 'absent.json'], /--webhook: absent\.json cannot be read\./],
  [['doctor', '--config', 'absent.mjs'], /--config: absent\.mjs cannot be read\./],
])('%j ends with 2, says why, and examines nothing', async (args, said) => {
  const { status, stdout, stderr } = await createWorkplace().run(args);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(said)]);
});

test.each<[file: string, text: string, option: string, said: RegExp]>([
  ['webhook.json', 'card 4012001037141112', '--webhook', /webhook\.json is not JSON \{ "headers"/],
  ['webhook.json', '{"headers":{},"body":{"card":4012001037141112}}', '--webhook', /webhook\.json is not JSON/],
  ['shop.mjs', 'export const store = {};', '--config', /shop\.mjs has no default export\./],
  ['shop.mjs', 'throw new Error("redis://:password@host");', '--config', /shop\.mjs ends with Error\./],
  ['shop.mjs', "import './absent.mjs';", '--config', /shop\.mjs ends with ERR_MODULE_NOT_FOUND\./],
])('%s with “%s” ends with 2, and its content is not printed', async (file, text, option, said) => {
  const workplace = createWorkplace();
  workplace.write(file, text);
  const { status, stdout, stderr } = await workplace.run(['doctor', option, file]);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(said)]);
  expect(stderr).not.toMatch(/4012001037141112|password/);
});

test('a shop without a problem ends with 0, and with --strict what was not checked ends with 1', async () => {
  const shop = await open();
  const args = ['doctor', '--url', shop.url.href];
  const { status, stdout, stderr } = await createWorkplace().run(args, shop.settings);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('✓ credentials: Plural accepts the credentials.\n');
  expect(stdout).toContain(
    '– store: The store was not given.\n    → Export it from a file and pass that as --config.\n',
  );
  expect(stdout).toMatch(/\n\d+ ok, 0 problems, 0 warnings, \d+ not checked\.\n$/);
  expect((await createWorkplace().run([...args, '--strict'], shop.settings)).status).toBe(1);
});

test('--json prints every check by name and nothing else, ends with 1 for a problem, and holds no secret', async () => {
  const shop = await open({ webhookSecret: 'another-secret' });
  const { status, stdout, stderr, findings } = await createWorkplace().run(
    ['doctor', '--url', shop.url.href, '--json'],
    shop.settings,
  );
  expect([status, stderr]).toEqual([1, '']);
  expect(findings().map(({ check }) => check)).toEqual(checkNames);
  expect(find(findings(), 'webhook secret')).toMatchObject({ status: 'problem' });
  for (const [name, value] of Object.entries(shop.settings))
    if (/SECRET|CLIENT_ID/.test(name)) expect(stdout).not.toContain(value);
});

test('settings come from --env-file, and those of the environment come first', async () => {
  const shop = await open();
  const workplace = createWorkplace();
  const lines = Object.entries(shop.settings).map(([name, value]) => `${name}=${value}`);
  workplace.write('.env', lines.join('\n'));
  const args = ['doctor', '--env-file', '.env', '--json'];
  expect(find((await workplace.run(args)).findings(), 'credentials')).toMatchObject({ status: 'ok' });
  const changed = await workplace.run(args, { PLURAL_CLIENT_SECRET: 'wrong-secret' });
  expect(find(changed.findings(), 'credentials')).toMatchObject({ status: 'problem' });
});

test('--path says where the handler is', async () => {
  const shop = await open({ path: '/payments' });
  const args = ['doctor', '--url', shop.url.href, '--json'];
  const elsewhere = await createWorkplace().run(args, shop.settings);
  expect(find(elsewhere.findings(), 'callback')).toMatchObject({ status: 'problem' });
  const there = await createWorkplace().run([...args, '--path', '/payments/'], shop.settings);
  expect(find(there.findings(), 'callback')).toMatchObject({ status: 'ok' });
  expect(find(there.findings(), 'webhook secret')).toMatchObject({ status: 'ok' });
});

test('--return and --webhook are read as they were captured, whatever the case of a header', async () => {
  const shop = await open();
  const workplace = createWorkplace();
  const fields = await signReturn(
    { order_id: 'o-1', status: 'AUTHORIZED' },
    { secretKey: credentials.returnSecretKey, keyEncoding: 'utf8' },
  );
  workplace.write('return.txt', `${new URLSearchParams(fields).toString()}\n`);
  const { headers, body } = await signWebhook({
    secret: credentials.webhookSecret,
    body: { event_type: 'X' },
    timestamp: 1_700_000_000,
  });
  const capitals = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
  workplace.write('webhook.json', JSON.stringify({ headers: Object.fromEntries(capitals) as object, body }));
  const args = ['doctor', '--return', 'return.txt', '--webhook', 'webhook.json', '--json'];
  const { status, findings } = await workplace.run(args, shop.settings);
  expect(status).toBe(1);
  expect(find(findings(), 'captured return')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/keyEncoding utf8/),
  });
  expect(find(findings(), 'captured webhook')).toMatchObject({ status: 'ok' });
});

test('--config hands over the shop’s parts, and a connection that it leaves open does not keep the command', async () => {
  const workplace = createWorkplace();
  const edge = new URL('../../edge/dist/index.js', import.meta.url).href;
  workplace.write(
    'shop.mjs',
    `import { memoryStore } from '${edge}';
     setInterval(() => undefined, 60_000);
     const rows = new Set();
     export default {
       store: memoryStore(),
       onVerdict: ({ key }) => void rows.add(key),
       countEffects: ({ key }) => (rows.has(key) ? 1 : 0),
       lastSweepAtMs: () => Date.now(),
       challengeHosts: ['acs.bank.example'],
     };`,
  );
  const shop = await open();
  const { status, findings } = await workplace.run(['doctor', '--config', 'shop.mjs', '--json'], shop.settings);
  expect(status).toBe(0);
  for (const check of ['store', 'sweep', 'onVerdict', 'bank hosts'])
    expect(find(findings(), check)).toMatchObject({ status: 'ok' });
});

test('a shop that is away is a problem of each check that needs it, with what to do', async () => {
  const shop = await open();
  await shop.close();
  const { status, findings } = await createWorkplace().run(['doctor', '--url', shop.url.href, '--json'], shop.settings);
  expect(status).toBe(1);
  for (const check of ['callback', 'webhook secret', 'CSP', 'integrity', 'cookies', 'strict transport'])
    expect(find(findings(), check)).toMatchObject({
      status: 'problem',
      found: expect.stringMatching(/^Nothing responds at /),
      change: expect.stringMatching(/Start the shop/),
    });
  expect(find(findings(), 'credentials')).toMatchObject({ status: 'problem' });
});

test('an absent --env-file is named, by Node itself where it reads the option first', async () => {
  const { status, stderr } = await createWorkplace().run(['doctor', '--env-file', 'absent.env']);
  expect([2, 9]).toContain(status);
  expect(stderr).toMatch(/absent\.env(?:: not found| cannot be read)/);
});

test('packages of different versions in the folder are found, and so is a script that is not the installed one', async () => {
  const shop = await open();
  const workplace = createWorkplace();
  workplace.write('node_modules/@plural-otp/edge/package.json', '{"version":"0.2.0"}');
  workplace.write('node_modules/@plural-otp/element/package.json', '{"version":"0.1.0"}');
  workplace.write('node_modules/@plural-otp/element/dist/integrity.json', '{"plural-otp.min.js":"sha384-AAAA"}');
  const { findings } = await workplace.run(['doctor', '--url', shop.url.href, '--json'], shop.settings);
  expect(find(findings(), 'versions')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/edge 0\.2\.0, @plural-otp\/element 0\.1\.0/),
  });
  expect(find(findings(), 'integrity')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/not that of the installed package/),
  });
});

const strict = { 'strict-transport-security': 'max-age=31536000' };

test('a shop behind TLS is examined by TLS: its certificate, its headers and its cookies', async () => {
  const certificate = createCertificate();
  const shop = await open({ certificate, headers: { ...strict, 'set-cookie': 'sid=1; HttpOnly; SameSite=Lax' } });
  const trusted = { ...shop.settings, NODE_EXTRA_CA_CERTS: certificate.file };
  const { findings } = await createWorkplace().run(['doctor', '--url', shop.url.href, '--json'], trusted);
  for (const check of ['TLS', 'callback', 'webhook secret', 'CSP', 'integrity', 'strict transport'])
    expect(find(findings(), check)).toMatchObject({ status: 'ok' });
  expect(find(findings(), 'cookies')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/sid lacks Secure\./),
  });
});

test('a shop behind TLS that does not insist on it is told to', async () => {
  const certificate = createCertificate();
  const shop = await open({ certificate });
  const trusted = { ...shop.settings, NODE_EXTRA_CA_CERTS: certificate.file };
  const { findings } = await createWorkplace().run(['doctor', '--url', shop.url.href, '--json'], trusted);
  expect(find(findings(), 'strict transport')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/no Strict-Transport-Security/),
  });
});

test.each<[what: string, host: string, isKnown: boolean, code: RegExp]>([
  ['that nobody trusts', 'localhost', false, /is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT\./],
  ['of another host', 'shop.example', true, /is not trusted: ERR_TLS_CERT_ALTNAME_INVALID\./],
])('a certificate %s is found', async (_what, host, isKnown, found) => {
  const certificate = createCertificate(host);
  const shop = await open({ certificate, headers: strict });
  const { status, findings } = await createWorkplace().run(['doctor', '--url', shop.url.href, '--json'], {
    ...shop.settings,
    ...(isKnown && { NODE_EXTRA_CA_CERTS: certificate.file }),
  });
  expect(status).toBe(1);
  expect(find(findings(), 'strict transport')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(found),
    change: expect.stringMatching(/browsers trust/),
  });
});
