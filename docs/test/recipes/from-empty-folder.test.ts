/** Types the lines of docs/recipes.md into an empty folder, with packed packages, and takes a payment. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSandbox } from '@plural-otp/sandbox';
import { listen } from '@plural-otp/sandbox/listen';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { root } from '../support/examples.ts';
import { Customer, waitOptions } from './customer.ts';
import { secrets } from './runs.ts';

const run = promisify(execFile);
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');

/** Folder of each recipe and what docs/recipes.md says to install for it. */
const recipes: [folder: string, install: string][] = [['express', 'express']];
// The others take a minute more, and differ from the first by these names alone.
if (process.env['RECIPES'] === 'all') recipes.push(['fastify', 'fastify'], ['hono', 'hono @hono/node-server']);

test.each(recipes)('the lines work as printed: %s', { timeout: 240_000 }, async (recipe, install) => {
  const [, printed = ''] = /<!-- follow: express -->\n\n```sh\n(.*?)\n```/s.exec(page) ?? [];
  for (const name of install.split(' ')) expect(page).toContain(`\`${name}\``.replace('`express`', 'install express'));
  const text = printed.replace('install express', `install ${install}`).replaceAll(/\bexpress(?=[/ ])/g, recipe);
  const lines = text.split('\n');
  const start = lines.pop() ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-follow-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const packages = [...text.matchAll(/@plural-otp\/(\w+)(?= |$)/gm)].map(([, name = '']) => name);
  expect(packages).toEqual(['core', 'edge', 'element', 'flow']);
  const shop = join(folder, 'shop');
  await run('mkdir', [shop]);
  let typed = lines.join('\n');
  for (const name of packages) {
    const tarball = join(folder, `${name}.tgz`);
    // Built already; what is packed is what the other tests of this run use.
    const options = { cwd: join(root, 'packages', name) };
    await run('pnpm', ['pack', '--config.ignore-scripts=true', '--out', tarball], options);
    typed = typed.replace(` @plural-otp/${name}`, ` "${tarball}"`);
  }
  const outside = Object.entries(process.env).filter(([name]) => !/^p?npm_/i.test(name));
  const env = { ...Object.fromEntries(outside), KIT: root, npm_config_prefer_offline: 'true' };
  await run('bash', ['-euc', typed], { cwd: shop, env });

  const bank = await listen(createSandbox(), 0);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = { ...secrets, SHOP_ORIGIN: origin, PLURAL_ENVIRONMENT: bank.origin, PORT: String(port) };
  const server = spawn('bash', ['-c', `exec ${start}`], { cwd: shop, env: { ...env, ...settings }, stdio: 'inherit' });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    if (server.kill('SIGTERM')) await ended;
    await bank.close();
  });
  await vi.waitFor(() => fetch(origin), waitOptions);
  for (const file of recipe === 'express' ? ['plural-otp.min.js', 'device-info.js'] : [])
    expect((await fetch(`${origin}/${file}`)).headers.get('content-type')).toContain('javascript');
  const customer = new Customer(origin);
  expect((await customer.pay()).status).toBe(200);
  await customer.performAction('otp/generate');
  await customer.performAction('otp/submit', { otp: '123456' });
  await customer.waitForPhase('authorized');
  expect((await customer.getReceipt()).body.outcomes).toEqual(['paid']);
});
