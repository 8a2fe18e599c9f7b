/** Makes a shop with `npm create plural-otp`, from packed packages, and takes a payment. */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { root } from '../support/examples.ts';
import { startRegistry, type Registry } from '../support/registry.ts';
import { keys, openTerminal } from '../support/terminal.ts';
import { Customer, receiptPathOf } from './customer.ts';
import { environmentOf, fetchWhole, startBeside } from './followed.ts';

const run = promisify(execFile);
const program = join(root, 'packages/create/dist/main.js');

/** The platforms that are made: the quickest that has everything, or those that PLATFORMS names. */
const all = ['express', 'fastify', 'hono', 'nextjs', 'workers', 'deno', 'bun', 'php', 'python'];
const { PLATFORMS = 'python' } = process.env;
const wanted = PLATFORMS === 'all' ? all : PLATFORMS.split(' ');

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
}, 120_000);
afterAll(() => registry.close());

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'plural-otp-create-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** Environment of somebody to whom npm knows this repository's packages. */
function createEnvironment(home: string): NodeJS.ProcessEnv {
  // Everything comes by one registry here, because npm knows this name without a scope.
  // A cache of its own, because npx runs a version that it has, whatever the registry holds.
  const own = { npm_config_registry: registry.origin, npm_config_cache: join(home, 'cache') };
  return { ...environmentOf(registry.origin, home), ...own };
}

for (const platform of wanted) {
  test(`npm create plural-otp makes a shop that is paid: ${platform}`, { timeout: 600_000 }, async () => {
    const home = newHome();
    const [port, sandboxPort] = [await freePort(), await freePort()];
    const env = createEnvironment(home);
    const options = ['--platform', platform, '--port', String(port), '--sandbox-port', String(sandboxPort)];
    const typed = ['create', 'plural-otp', 'shop', '--yes', '--', ...options, '--yes'];
    const { stdout } = await run('npm', typed, { cwd: home, env, maxBuffer: 2 ** 26 });
    expect(stdout).toContain(`http://127.0.0.1:${port}`);
    // The doctor looked at the settings, and the command did not end with what it did not find.
    expect(stdout).toContain('✓ settings');

    const folder = join(home, 'shop');
    const origin = `http://127.0.0.1:${port}`;
    const dev = platform === 'deno' ? 'deno task dev' : 'npm run dev';
    onTestFinished(await startBeside(dev, folder, env, origin));
    expect(await (await fetch(origin)).text()).toMatch(/src="\/plural-otp\.min\.js" integrity="sha384-/);
    for (const file of ['plural-otp.min.js', 'plural-otp.css', 'device-info.js', 'shop.js', 'shop.css'])
      expect([file, (await fetchWhole(`${origin}/${file}`)).status]).toEqual([file, 200]);
    const doctor = platform === 'deno' ? 'deno task --quiet doctor' : 'npm run --silent doctor --';
    const checked = await run('bash', ['-c', `${doctor} --json || true`], { cwd: folder, env });
    const findings = JSON.parse(checked.stdout) as { check: string; status: string; found: string }[];
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
    for (const check of ['credentials', 'clock', 'callback', 'webhook secret', 'integrity'])
      expect(findings.find((finding) => finding.check === check)).toMatchObject({ status: 'ok' });

    const customer = new Customer(origin, { receipt: receiptPathOf(platform) });
    expect((await customer.pay()).status).toBe(200);
    await customer.performAction('otp/generate');
    await customer.performAction('otp/submit', { otp: '123456' });
    await customer.waitForPhase('authorized');
    await customer.waitUntilToldPaid();
    expect(await customer.readReceipt()).toBe('Paid');
  });
}

test('every platform that can be chosen is made by this test', () => {
  const { stdout } = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
  expect(stdout).toContain(all.join(', '));
});

describe('the command', () => {
  const create = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  test('refuses a folder with files, and changes nothing in it', () => {
    const home = newHome();
    mkdirSync(join(home, 'shop'));
    writeFileSync(join(home, 'shop/index.php'), 'mine');
    const { status, stderr } = create(home, 'shop', '--platform', 'hono', '--no-install');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/is not empty: it has index\.php\./)]);
    expect(readdirSync(join(home, 'shop'))).toEqual(['index.php']);
  });

  test.each([
    [['shop', '--platform', 'rails'], /Unknown platform rails\. Known: express, /],
    [['shop'], /Say which platform with --platform: express, .* There is no terminal to ask on\./],
    [['shop', '--platform', 'hono', '--pm', 'cargo'], /Unknown package manager cargo\. Known: npm, /],
    [['shop', '--platform', 'hono', '--port', '0'], /--port 0 is not a port/],
    [['shop', '--platform', 'hono', '--port', '3001'], /Shop and sandbox need two ports; both are 3001/],
    [['shop', 'second', '--platform', 'hono'], /One folder, please: shop, second\./],
    [['shop', '--colour'], /Unknown option '--colour'/],
  ])('%j ends with 2, says why, and writes nothing', (args, message) => {
    const home = newHome();
    const { status, stderr } = create(home, ...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(home, 'shop'))).toBe(false);
  });

  test('writes the files of the recipe as they are', () => {
    const home = newHome();
    expect(create(home, 'shop', '--platform', 'express', '--no-install').status).toBe(0);
    for (const file of ['shop.ts', 'verdicts.ts', 'sqlite-shop.ts', 'express/server.ts', 'public/shop.js'])
      expect(readFileSync(join(home, 'shop', file), 'utf8')).toBe(
        readFileSync(join(root, 'docs/recipes', file), 'utf8'),
      );
  });
});

describe('the questions, in a terminal', () => {
  test('npm create asks for folder and platform: what is typed names the one, arrows and Enter choose the other', async () => {
    const home = newHome();
    const typed = ['npm', 'create', 'plural-otp', '--yes', '--', '--no-install', '--no-doctor'];
    const terminal = openTerminal(typed, home, createEnvironment(home));
    await terminal.waitFor('In which folder?');
    terminal.type(`-of-tea${keys.enter}`);
    await terminal.waitFor('Which platform?');
    await terminal.waitFor('● Express (Node, SQLite)');
    terminal.type(keys.down);
    await terminal.waitFor('● Fastify (Node, SQLite)');
    terminal.type(keys.down);
    await terminal.waitFor('● Hono (Node, SQLite)');
    terminal.type(keys.up);
    await terminal.waitFor('● Fastify (Node, SQLite)');
    terminal.type(keys.enter);
    await terminal.waitFor('Wrote ');
    expect(await terminal.ended).toBe(0);
    const made = JSON.parse(readFileSync(join(home, 'plural-shop-of-tea/package.json'), 'utf8')) as {
      name: string;
      dependencies: Record<string, string>;
    };
    expect(made).toMatchObject({ name: 'plural-shop-of-tea', dependencies: { fastify: expect.any(String) as string } });
  });

  test.each([
    ['folder', []],
    ['platform', ['plural-shop']],
  ])('Ctrl+C where the %s is asked for ends with 1, says so, and writes nothing', async (asked, args) => {
    const home = newHome();
    const terminal = openTerminal([process.execPath, program, ...args], home);
    await terminal.waitFor(asked);
    terminal.type(keys.interrupt);
    await terminal.waitFor('Nothing was written.');
    expect(await terminal.ended).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  test('a folder that has files is refused where it is typed, and another one is taken', async () => {
    const home = newHome();
    mkdirSync(join(home, 'plural-shop'));
    writeFileSync(join(home, 'plural-shop/index.php'), 'mine');
    const terminal = openTerminal([process.execPath, program, '--platform', 'hono', '--no-install'], home);
    await terminal.waitFor('In which folder?');
    terminal.type(keys.enter);
    await terminal.waitFor('it has index.php.');
    terminal.type(`-2${keys.enter}`);
    await terminal.waitFor('Wrote ');
    expect(await terminal.ended).toBe(0);
    expect(readdirSync(home).toSorted()).toEqual(['plural-shop', 'plural-shop-2']);
    expect(readdirSync(join(home, 'plural-shop'))).toEqual(['index.php']);
  });
});
