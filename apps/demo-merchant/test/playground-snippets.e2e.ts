import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseTemplate } from '@angular/compiler';
import { compile as compileSvelte } from 'svelte/compiler';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileScript, compileTemplate, parse as parseVue } from 'vue/compiler-sfc';
import { type Playground, startPlayground } from './support/playground-visitor.ts';

let playground: Playground;
beforeAll(async () => {
  playground = await startPlayground();
});
afterAll(() => playground.close());

const settings = 'theme=stark&accent=%23aa3355&length=6&autosubmit=1&manual=1';

/** Returns all files of the code that the page shows for a framework. */
async function getSnippet(framework: string, hash = settings): Promise<string[]> {
  const visitor = await playground.visit(`#${hash}${framework ? `&snippet=${framework}` : ''}`);
  const files = await visitor.page.$$eval('#snippet pre', (all) => all.map(({ textContent }) => textContent));
  await visitor.close();
  return files;
}

const getTypescriptErrors = (code: string): string[] =>
  (
    ts.transpileModule(code, {
      reportDiagnostics: true,
      fileName: 'snippet.tsx',
      compilerOptions: { jsx: ts.JsxEmit.ReactJSX, target: ts.ScriptTarget.ES2022, experimentalDecorators: true },
    }).diagnostics ?? []
  ).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

/** Returns the errors of each framework's own compiler. */
const compilers: Record<string, (code: string) => string[]> = {
  react: getTypescriptErrors,
  vue(code) {
    const { descriptor, errors } = parseVue(code, { filename: 'BankCode.vue' });
    if (errors.length > 0) return errors.map(String);
    const { bindings } = compileScript(descriptor, { id: 'bank-code' });
    const template = compileTemplate({
      id: 'bank-code',
      filename: 'BankCode.vue',
      source: descriptor.template?.content ?? '',
      compilerOptions: {
        isCustomElement: (tag) => tag === 'plural-otp',
        expressionPlugins: ['typescript'],
        ...(bindings && { bindingMetadata: bindings }),
      },
    });
    return [...template.errors, ...template.tips].map(String);
  },
  svelte(code) {
    try {
      return compileSvelte(code, { filename: 'BankCode.svelte' }).warnings.map(({ message }) => message);
    } catch (error) {
      return [String(error)];
    }
  },
  angular(code) {
    const template = /template: `([^`]*)`/.exec(code)?.[1] ?? '';
    const errors = (parseTemplate(template, 'bank-code.html').errors ?? []).map(String);
    return [...getTypescriptErrors(code), ...errors];
  },
};

for (const [framework, getErrors] of Object.entries(compilers)) {
  test(`playground: the code for ${framework} passes its compiler, imports files that exist, and follows the settings`, async () => {
    const [code = '', css = ''] = await getSnippet(framework);
    expect(getErrors(code)).toEqual([]);
    // With a tag that is never closed it must fail, so the compiler does check the template.
    expect(getErrors(code.replace(/(?:\/>|><\/plural-otp>)/, ''))).not.toEqual([]);

    const imported = [...code.matchAll(/'(@plural-otp\/[^']+)'|"(@plural-otp\/[^"]+)"/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    expect(imported.length).toBeGreaterThan(1);
    for (const name of imported) expect(existsSync(fileURLToPath(import.meta.resolve(name))), name).toBe(true);
    expect(imported).toContain('@plural-otp/element/themes/stark.css');

    expect(code).toMatch(/(?:otp-length|otpLength)=["{]6["}]/);
    for (const word of ['autosubmit', 'manual', 'endpoint="/plural"', 'plural-otp-authorized']) {
      expect(code).toContain(word);
    }
    expect(css).toMatch(/^plural-otp \{\n  --plural-otp-accent: light-dark\(#aa3355, #[0-9a-f]{6}\);\n/);

    const [plain = '', ...more] = await getSnippet(framework, 'state=idle');
    expect([more, getErrors(plain)]).toEqual([[], []]);
    expect(plain).not.toMatch(/themes\/|autosubmit|otp-?length|manual/i);
  });
}

test('playground: the code for a script tag, on a separate page, loads its files and completes a payment', async () => {
  const [code = ''] = await getSnippet('', 'theme=stark&accent=%23aa3355&length=6&autosubmit=1&scheme=light');
  const built = new URL('.', import.meta.resolve('@plural-otp/element/integrity.json'));
  const view = { phase: 'ready', next: ['redirect'], revision: 1, reference: 'NL7K-42QX' };
  const responses: Record<string, object> = {
    '/checkout/payment': { session: 'sealed', view },
    '/plural/otp/generate': { ...view, phase: 'awaitingOtp', next: ['submit'], revision: 2 },
    '/plural/otp/submit': { ...view, phase: 'authorized', next: [], revision: 3 },
  };
  const head = '<!doctype html><link rel="icon" href="data:,">';
  const requestedPaths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const path = url.replace(/\?.*/, '');
    requestedPaths.push(path);
    const send = (type: string, body: string | Buffer): void => void response.setHeader('content-type', type).end(body);
    const body = responses[path];
    if (body) send('application/json', JSON.stringify(body));
    else if (path === '/') send('text/html', `${head}<title>Pay</title>${code}`);
    else if (path === '/thank-you') send('text/html', `${head}<title>Thank you</title>`);
    else send(path.endsWith('.css') ? 'text/css' : 'text/javascript', readFileSync(new URL(`.${path}`, built)));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));

  const page = await playground.browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => errors.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const field = await page.waitForSelector('plural-otp:state(awaitingOtp) > input');
  const main = await page.$('plural-otp >>> [part~=primary]');
  expect(
    await main?.evaluate((button) => {
      const { backgroundColor, borderTopLeftRadius } = getComputedStyle(button);
      return [backgroundColor, borderTopLeftRadius];
    }),
  ).toEqual(['rgb(170, 51, 85)', '0px']);
  await field?.type('482913');
  await field?.press('Enter');
  await page.waitForFunction(() => location.pathname === '/thank-you');
  expect(new URL(page.url()).searchParams.get('reference')).toBe('NL7K-42QX');
  expect([errors, requestedPaths.filter((path) => /\.(css|js)$/.test(path)).toSorted()]).toEqual([
    [],
    ['/plural-otp.css', '/plural-otp.min.js', '/themes/stark.css'],
  ]);
  await page.close();
  server.close();
});
