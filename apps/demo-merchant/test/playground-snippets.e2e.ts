import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTemplate } from '@angular/compiler';
import { compile as compileSvelte } from 'svelte/compiler';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileScript, compileTemplate, parse as parseVue } from 'vue/compiler-sfc';
import { type Playground, startPlayground } from './support/playground-visitor.ts';
import { bundle, getTypeErrors } from './support/snippet-compilers.ts';
import { openSnippetPage, expectOnePayment } from './support/snippet-page.ts';

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
  react: (code) => getTypeErrors(code, { jsx: ts.JsxEmit.ReactJSX }),
  preact: (code) => getTypeErrors(code, { jsx: ts.JsxEmit.ReactJSX, jsxImportSource: 'preact' }),
  solid: (code) => getTypeErrors(code, { jsx: ts.JsxEmit.Preserve, jsxImportSource: 'solid-js' }),
  vue(code) {
    const { descriptor, errors } = parseVue(code, { filename: 'Checkout.vue' });
    if (errors.length > 0) return errors.map(String);
    const { bindings } = compileScript(descriptor, { id: 'checkout' });
    const template = compileTemplate({
      id: 'checkout',
      filename: 'Checkout.vue',
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
      return compileSvelte(code, { filename: 'Checkout.svelte' }).warnings.map(({ message }) => message);
    } catch (error) {
      return [String(error)];
    }
  },
  angular(code) {
    const template = /template: `([^`]*)`/.exec(code)?.[1] ?? '';
    const errors = (parseTemplate(template, 'checkout.html').errors ?? []).map(String);
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
    for (const word of ['autosubmit', 'manual', 'endpoint="/plural"', 'autofocus', 'sessionStorage.cart ??=']) {
      expect(code.toLowerCase()).toContain(word.toLowerCase());
    }
    expect(code).toMatch(/\bclient\b.*\n.*(?:plural-otp-authorized|onAuthorized)[\])]?=/);
    expect(code).not.toMatch(/\bsession\b(?!Storage)|\bview\b/);
    expect(css).toMatch(/^plural-otp \{\n  --plural-otp-accent: light-dark\(#aa3355, #[0-9a-f]{6}\);\n/);

    const [plain = '', ...more] = await getSnippet(framework, 'state=idle');
    expect([more, getErrors(plain)]).toEqual([[], []]);
    expect(plain).not.toMatch(/themes\/|autosubmit|otp-?length|manual/i);
  });
}

/** Settings of the page that a test pays on. */
const run = 'theme=stark&accent=%23aa3355&length=6&scheme=light';

test('playground: the code for a script tag, on a separate page, starts at Pay, loads its files and completes a payment', async () => {
  const [code = ''] = await getSnippet('', run);
  const opened = await openSnippetPage(playground.browser, code);
  const { page, paths } = opened;
  await page.locator('#pay').click();
  await page.waitForSelector('plural-otp:state(awaitingOtp)');
  const main = await page.$('plural-otp >>> [part~=primary]');
  expect(
    await main?.evaluate((button) => {
      const { backgroundColor, borderTopLeftRadius } = getComputedStyle(button);
      return [backgroundColor, borderTopLeftRadius];
    }),
  ).toEqual(['rgb(170, 51, 85)', '0px']);
  expect(paths.filter((path) => /\.(css|js)$/.test(path)).toSorted()).toEqual([
    '/plural-otp.css',
    '/plural-otp.min.js',
    '/themes/stark.css',
  ]);
  await page.evaluate(() => sessionStorage.clear());
  await expectOnePayment(await openSnippetPage(playground.browser, code));
});

test('playground: the code for react, rendered on a server and hydrated, calls its handler and keeps the session out of the markup', async () => {
  const [code = ''] = await getSnippet('react', run);
  const server = await bundle(
    `import { createElement } from 'react'; import { renderToString } from 'react-dom/server'; import { Checkout } from './Checkout.tsx';
     export const render = () => renderToString(createElement(Checkout));`,
    { './Checkout.tsx': code },
    {
      platform: 'node',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" },
    },
  );
  const { render } = (await import(`data:text/javascript,${encodeURIComponent(server)}`)) as { render: () => string };
  const markup = render();
  expect(markup).toContain('<plural-otp hidden="" ');
  const script = await bundle(
    `import { createElement } from 'react'; import { hydrateRoot } from 'react-dom/client'; import { Checkout } from './Checkout.tsx';
     hydrateRoot(document.querySelector('#app'), createElement(Checkout), { onRecoverableError: console.error });`,
    { './Checkout.tsx': code },
  );
  const body = `<div id="app">${markup}</div><script type="module" src="/app.js"></script>`;
  await expectOnePayment(await openSnippetPage(playground.browser, body, { '/app.js': script }));
});

test('playground: the code for preact calls its handler', async () => {
  const [code = ''] = await getSnippet('preact', run);
  const script = await bundle(
    `import { h, render } from 'preact'; import { Checkout } from './Checkout.tsx'; render(h(Checkout), document.querySelector('#app'));`,
    { './Checkout.tsx': code },
    { jsxImportSource: 'preact' },
  );
  const body = '<div id="app"></div><script type="module" src="/app.js"></script>';
  await expectOnePayment(await openSnippetPage(playground.browser, body, { '/app.js': script }));
});
