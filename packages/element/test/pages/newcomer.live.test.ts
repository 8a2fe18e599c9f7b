import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { build, type Rolldown } from 'vite';
import { getExample, getExamples } from './readme.ts';
import { servedApps, startServedApp, type ServedAppName } from './served-apps.ts';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage } from './visit.ts';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../..', import.meta.url));
const payExpression = "fetch('/pay', { method: 'POST' }).then(async (response) => ({ client: await response.json() }))";

/** Each example with a one-line app around it, as the framework's own project template has. */
const apps: Record<string, Record<string, string>> = {
  plain: {
    'example.ts': getExample('ts'),
    'plain.ts': `import { askForCode } from './example.ts'; askForCode(document.body, (await ${payExpression}).client);`,
  },
  react: {
    'Checkout.tsx': getExample('tsx'),
    'react.tsx': `import { createRoot } from 'react-dom/client'; import { Checkout } from './Checkout.tsx';
      createRoot(document.getElementById('app')!).render(<Checkout {...await ${payExpression}} />);`,
  },
  vue: {
    'Checkout.vue': getExample('vue'),
    'vue.ts': `import { createApp } from 'vue'; import Checkout from './Checkout.vue'; createApp(Checkout, await ${payExpression}).mount('#app');`,
  },
  svelte: {
    'Checkout.svelte': getExample('svelte'),
    'svelte.ts': `import { mount } from 'svelte'; import Checkout from './Checkout.svelte'; mount(Checkout, { target: document.body, props: await ${payExpression} });`,
  },
  angular: {
    'checkout.ts': getExample('typescript'),
    'angular.ts': `import '@angular/compiler'; import { bootstrapApplication } from '@angular/platform-browser'; import { Checkout } from './checkout.ts';
      const { components: [checkout] } = await bootstrapApplication(Checkout);
      for (const [name, value] of Object.entries(await ${payExpression})) checkout.setInput(name, value);`,
  },
};

let folder: string;
let shop: TestShop;
let browser: Browser;

/** Installs as `npm install` of the packed tarballs does: unpacks this project's two, links the others from here. */
async function install(): Promise<void> {
  const modules = join(folder, 'node_modules');
  for (const name of ['element', 'flow']) {
    const tarball = join(folder, `${name}.tgz`);
    await run('pnpm', ['--dir', join(packages, name), 'pack', '--out', tarball]);
    await mkdir(join(modules, '@plural-otp', name), { recursive: true });
    await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, '@plural-otp', name)]);
  }
  const angular = ['common', 'compiler', 'core', 'platform-browser'].map((name) => `@angular/${name}`);
  for (const name of ['lit', 'react', 'react-dom', 'svelte', 'vue', 'rxjs', '@vitejs/plugin-vue', ...angular]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(await realpath(join(packages, 'element/node_modules', name)), join(modules, name));
  }
}

async function buildApps(): Promise<void> {
  await writeFile(join(folder, 'vite.config.mjs'), getExample('js'));
  const compilerOptions = { jsx: 'react-jsx', experimentalDecorators: true, useDefineForClassFields: false };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const files = Object.values(apps).flatMap((app) => Object.entries(app));
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  const entry = (app: string): string => join(folder, Object.keys(apps[app] ?? {})[1] ?? '');
  // Selects the production builds of the frameworks and of Lit, as outside of tests.
  vi.stubEnv('NODE_ENV', 'production');
  const { output } = (await build({
    configFile: join(folder, 'vite.config.mjs'),
    root: folder,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: 'es2022',
      rollupOptions: {
        input: Object.fromEntries(Object.keys(apps).map((app) => [app, entry(app)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
      },
    },
  })) as Rolldown.RolldownOutput;
  for (const file of output) shop.file(`/${file.fileName}`, String(file.type === 'chunk' ? file.code : file.source));
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'plural-otp-newcomer-')));
  [shop, browser] = await Promise.all([startTestShop(), launchBrowser(), install()]);
  await buildApps();
  shop.page('/thank-you', '<title>Thank you</title>');
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Pays at `path`; returns the paths requested on the way to the shop's last page. */
async function payAt(path: string, press?: (page: Page) => Promise<void>): Promise<string[]> {
  const { page, enterCode: enter, problems, requests } = await openPage(browser, shop.origin + path);
  await press?.(page);
  await enter('123456');
  await page.waitForFunction(() => location.pathname === '/thank-you');
  expect(new URL(page.url()).searchParams.get('reference')).toMatch(/^\S{8,}$/);
  expect(problems).toEqual([]);
  await page.close();
  return requests;
}

describe('from the packed tarballs in an empty folder, following the README', () => {
  test('the script tag takes a payment', async () => {
    const dist = join(folder, 'node_modules/@plural-otp/element/dist');
    await cp(dist, join(folder, 'public'), { recursive: true });
    for (const name of ['plural-otp.min.js', 'plural-otp.css']) {
      shop.file(`/${name}`, await readFile(join(folder, 'public', name), 'utf8'));
    }
    const [, script = ''] = /^node -p "(.*)"$/m.exec(getExamples('sh').join('')) ?? [];
    const { stdout } = await run(process.execPath, ['-p', script], { cwd: folder });
    expect(stdout).toMatch(/^sha384-/);
    shop.page('/script-tag', getExample('html').replace('sha384-…', stdout.trim()));
    const references: string[] = [];
    const requests = await payAt('/script-tag', async (page) => {
      const pay = async (): Promise<void> => {
        const answer = page.waitForResponse((response) => response.url().endsWith('/pay'));
        await page.click('#pay');
        references.push(((await (await answer).json()) as { view: { reference: string } }).view.reference);
        await page.waitForSelector('plural-otp:state(awaitingOtp)');
      };
      await pay();
      await page.reload();
      await pay();
    });
    expect(requests.filter((path) => path === '/plural/otp/generate')).toHaveLength(1);
    expect(new Set(references).size, 'a reload goes on with the same payment').toBe(1);
    expect(requests).toContain('/plural-otp.min.js');
  });

  test.each(Object.keys(apps))('the %s example takes a payment', async (name) => {
    shop.page(
      `/${name}`,
      `<link rel="stylesheet" href="/plural-otp.css"><div id="app"></div><app-checkout></app-checkout><script type="module" src="/${name}.js"></script>`,
    );
    expect(await payAt(`/${name}`)).toContain(`/${name}.js`);
  });

  test('the package contains what its entries name, and no tests or sources', async () => {
    const root = join(folder, 'node_modules/@plural-otp/element');
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { types: string; default: string }>;
      customElements: string;
      'web-types': string;
    };
    const files = await readdir(root, { recursive: true });
    const named = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? entry : Object.values(entry),
    );
    for (const path of [...named, manifest.customElements, manifest['web-types']].filter(
      (path) => !path.includes('*'),
    )) {
      expect(files).toContain(path.replace('./', ''));
    }
    expect(files.filter((path) => /(?:^|\/)(?:src|test|build)(?:\/|$)|[.]map$/.test(path))).toEqual([]);
  });
});

// Each takes minutes: it is installed from the registry and built.
const served = process.env['FRAMEWORKS'] === 'all' ? (Object.keys(servedApps) as ServedAppName[]) : [];

test.each(served)(
  'the app docs/frameworks/%s, built and run by its own server: Pay, a reload that the server renders, and the payment is paid without a warning',
  { timeout: 900_000 },
  async (name) => {
    const tarballs = ['element', 'flow'].map((packed) => join(folder, `${packed}.tgz`));
    const app = await startServedApp(name, {
      folder: join(folder, `served-${name}`),
      tarballs,
      backendOrigin: shop.origin,
    });
    onTestFinished(async () => {
      shop.passOn(undefined);
      await app.stop();
    });
    shop.passOn(app.origin);
    const visit = await openPage(browser, shop.origin);
    visit.page.setDefaultTimeout(60_000);
    const pay = await visit.page.waitForSelector('button::-p-text(Pay ₹1,250.00)');
    // The button is there before its script.
    await visit.page.waitForNetworkIdle();
    await pay?.click();
    await visit.waitForStatus('awaitingOtp');
    const html = await (await fetch(visit.page.url())).text();
    expect(html).toMatch(/<plural-otp[^>]*><\/plural-otp>/);
    await visit.page.reload();
    await visit.enterCode('123456');
    await visit.page.waitForSelector('[role=status]::-p-text(Paid: )');
    const requests = visit.requests.filter((path) => path.startsWith('/plural/otp/'));
    expect(requests).toEqual(['/plural/otp/generate', '/plural/otp/submit']);
    expect(visit.problems).toEqual([]);
  },
);
