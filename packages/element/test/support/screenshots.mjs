// Takes screenshots of every state of the built element, one sheet for each language, width and colour scheme.
// Usage: node test/support/screenshots.mjs <folder> [--only NAME] [--theme FILE.css] [--scene TEXT] [--scale N]
// --only takes the sheets whose name contains NAME, --scene the states whose name contains TEXT; --theme applies a theme, --marks
// draws the network marks.
import { createServer } from 'node:http';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    theme: { type: 'string' },
    marks: { type: 'boolean', default: false },
    scene: { type: 'string', default: '' },
    scale: { type: 'string', default: '1' },
  },
});
const [folder] = positionals;
if (!folder) throw new Error('Usage: node test/support/screenshots.mjs <folder> [--only NAME] [--theme FILE.css]');
await mkdir(folder, { recursive: true });

const files = {
  '/plural-otp.min.js': [new URL('../../dist/plural-otp.min.js', import.meta.url), 'text/javascript'],
  '/marks.js': [new URL('../../dist/marks.js', import.meta.url), 'text/javascript'],
  '/scenes.mjs': [new URL('scenes.mjs', import.meta.url), 'text/javascript'],
  ...(values.theme && { '/theme.css': [values.theme, 'text/css'] }),
};
const languages = ['en', 'hi', 'ta', 'ur'];
for (const tag of languages.slice(1)) {
  files[`/locales/${tag}.js`] = [new URL(`../../dist/locales/${tag}.js`, import.meta.url), 'text/javascript'];
}
const sheet = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>States</title><link rel="icon" href="data:,">${values.theme ? '<link rel="stylesheet" href="/theme.css">' : ''}
<style>body{margin:0;padding:16px;font:14px/1.4 system-ui;background:light-dark(#eceef1,#0b0c0f);color:light-dark(#333,#ccc)}
main{display:grid;grid-template-columns:repeat(auto-fill,var(--w));gap:24px;align-items:start}section{inline-size:var(--w)}h1{font:600 13px/2 system-ui;margin:0}</style>
<main></main><script type="module">
import '/plural-otp.min.js';
${values.marks ? "import '/marks.js';" : ''}
import { scenes, createSceneTransport } from '/scenes.mjs';
const { w, dir, one, lang } = Object.fromEntries(new URLSearchParams(location.search));
if (lang !== 'en') await import('/locales/' + lang + '.js');
document.documentElement.lang = lang;
document.documentElement.style.setProperty('--w', w + 'px');
if (dir) document.documentElement.dir = dir;
const waitForUpdates = async (element) => { for (let i = 0; i < 5; i++) { await element.updateComplete; await new Promise((r) => setTimeout(r)); } };
for (const [name, responses, actions = {}] of scenes) {
  if (one && !name.includes(one)) continue;
  const section = document.createElement('section');
  const title = document.createElement('h1');
  title.textContent = name;
  const element = document.createElement('plural-otp');
  element.transport = createSceneTransport(responses);
  element.otpLength = actions.otpLength;
  element.manual = Boolean(actions.manual);
  element.view = actions.first;
  if (actions.payAgain) { const b = document.createElement('a'); b.href = '#'; b.slot = 'pay-again'; b.textContent = 'Choose another card'; element.append(b); }
  section.append(title, element);
  document.querySelector('main').append(section);
  await waitForUpdates(element);
  const needed = actions.resend ? '[part~=resend]' : actions.redirect ? '[part~=bank]' : actions.newer && '[part~=newer]';
  while ((actions.code && !element.querySelector('input')) || (needed && !element.shadowRoot.querySelector(needed))) {
    await waitForUpdates(element);
  }
  const input = element.querySelector('input');
  if (actions.code) { input.focus(); document.execCommand('insertText', false, actions.code); await waitForUpdates(element); }
  if (actions.submit) element.submit();
  if (actions.newer) { element.shadowRoot.querySelector('[part~=newer]').click(); await waitForUpdates(element); }
  if (actions.resend) element.resend();
  if (actions.redirect) { element.addEventListener('click', (e) => e.preventDefault()); element.redirect(); }
  if (actions.offline) dispatchEvent(new Event('offline'));
  await waitForUpdates(element);
  document.activeElement?.blur();
}
document.title = 'done';
</script></html>`;
const bodies = new Map([['/', ['text/html', sheet]]]);
for (const [path, [file, type]] of Object.entries(files)) bodies.set(path, [type, await readFile(file)]);
const server = createServer(({ url = '' }, response) => {
  const [type, body] = bodies.get(url.replace(/\?.*/, '')) ?? ['text/plain', 'Not found'];
  response.setHeader('content-type', type).end(body);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}/`;

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
const widths = [
  { name: 'phone', w: 366, columns: 5 },
  { name: 'desktop', w: 480, columns: 4 },
];
const variants = [
  ...languages.flatMap((lang) =>
    widths.flatMap(({ name, w, columns }) =>
      ['light', 'dark'].map((scheme) => ({ name: `${lang}-${name}-${scheme}`, w, columns, scheme, lang })),
    ),
  ),
  { name: 'narrow', w: 288, columns: 5, scheme: 'light' },
  { name: 'rtl', w: 358, columns: 4, scheme: 'light', dir: 'rtl' },
  { name: 'forced', w: 358, columns: 4, scheme: 'dark', forced: true },
];
for (const { name, w, columns, scheme, dir, forced, lang = 'en' } of variants) {
  if (!name.includes(values.only)) continue;
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(name, error));
  page.on('console', (message) => console.log(name, message.text()));
  await page.setViewport({ width: columns * (w + 24) + 32, height: 900, deviceScaleFactor: Number(values.scale) });
  const session = await page.createCDPSession();
  await session.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: scheme },
      // So that no picture is taken in the middle of a cross-fade.
      { name: 'prefers-reduced-motion', value: 'reduce' },
      ...(forced ? [{ name: 'forced-colors', value: 'active' }] : []),
    ],
  });
  await page.goto(`${origin}?${new URLSearchParams({ w: String(w), lang, one: values.scene, ...(dir && { dir }) })}`);
  await page.waitForFunction(() => document.title === 'done', { timeout: 60000 });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.close();
}
await browser.close();
server.close();
