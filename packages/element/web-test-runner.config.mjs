/**
 * Runs test/**.browser.ts in Chromium, Firefox and WebKitGTK. Environment: `ENGINES` and `TEST_FILES` narrow the run,
 * `GREP` selects titles, `ONE_FILE=1` tests the built single file.
 */

import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter, summaryReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { junitReporter } from '@web/test-runner-junit-reporter';
import puppeteer from 'puppeteer-core';
import { compile } from 'tailwindcss';
import { deviceCommands } from './test/support/device-commands.mjs';
import { pageReporter } from './test/support/page-reporter.mjs';
import { webkitLauncher, webkitPaths } from './test/support/webkit-launcher.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const firstOf = (...paths) => paths.find((path) => path && existsSync(path));
const chromium = firstOf(
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
);
const firefox = firstOf(process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox');
const webkit = webkitPaths();
const wanted = (process.env.ENGINES ?? 'chromium,firefox,webkit').split(',');
const missing = wanted.filter((engine) => !{ chromium, firefox, webkit }[engine]);
if (missing.length === wanted.length) {
  throw new Error('No browser found: install chromium, firefox-esr, or webkit2gtk-driver with xvfb.');
}
if (missing.length) console.warn(`Skipped, because not installed: ${missing.join(', ')}`);

const chromiumLauncher = () =>
  chromeLauncher({
    launchOptions: {
      executablePath: chromium,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    },
  });
const firefoxLauncher = (extraPrefsFirefox = {}) =>
  chromeLauncher({
    puppeteer,
    launchOptions: { browser: 'firefox', executablePath: firefox, headless: true, extraPrefsFirefox },
  });
const launch = (launchers) =>
  Promise.all(
    wanted.flatMap((engine) => (missing.includes(engine) || !launchers[engine] ? [] : [launchers[engine]()])),
  );

/** Creates a GTK configuration that turns animations off; returns its folder. */
function gtkWithoutAnimations() {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-gtk-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'gtk-3.0'));
  writeFileSync(join(folder, 'gtk-3.0/settings.ini'), '[Settings]\ngtk-enable-animations=0\n');
  return folder;
}

/** System settings, for engines that accept them at launch only. Chromium is set by each test. */
const settings = [
  {
    name: 'dark, without motion',
    file: 'test/settings/dark-and-still.browser.ts',
    browsers: {
      chromium: chromiumLauncher,
      firefox: () =>
        firefoxLauncher({ 'layout.css.prefers-color-scheme.content-override': 0, 'ui.prefersReducedMotion': 1 }),
      webkit: () => webkitLauncher(webkit, { GTK_THEME: 'Adwaita:dark', XDG_CONFIG_HOME: gtkWithoutAnimations() }),
    },
  },
  {
    name: 'forced colours',
    file: 'test/settings/forced-colours.browser.ts',
    browsers: {
      chromium: chromiumLauncher,
      firefox: () =>
        firefoxLauncher({ 'browser.display.document_color_use': 2, 'browser.display.use_system_colors': true }),
    },
  },
];
const reports = resolve(here, process.env.REPORTS_DIR ?? '../../reports');
const files = process.env.TEST_FILES ?? 'test/{*,!(settings)/*}.browser.ts';
const groups = [];
for (const { name, file, browsers } of settings) {
  if (process.env.TEST_FILES && files !== file) continue;
  const launched = await launch(browsers);
  if (launched.length) groups.push({ name, files: join(here, file), browsers: launched });
}

/** Compiles Tailwind's preflight, whose source contains functions that no browser supports. */
async function preflight() {
  const folder = new URL('node_modules/tailwindcss/', import.meta.url);
  const loadStylesheet = async (id, base) => ({
    path: id,
    base,
    content: readFileSync(new URL(id.replace('tailwindcss/', ''), folder), 'utf8'),
  });
  const source = '@import "tailwindcss/theme.css" layer(theme);\n@import "tailwindcss/preflight.css" layer(base);';
  return (await compile(source, { base: here, loadStylesheet })).build([]);
}

// Tests run against the source of the flow, not against its last build.
const source = {
  '@plural-otp/flow': '/packages/flow/src/index.ts',
  '@plural-otp/flow/contract': '/packages/flow/src/contract.ts',
  '@plural-otp/flow/pseudo-locales': '/packages/flow/src/presentation/pseudo-locales.ts',
  '@plural-otp/flow/presentation': '/packages/flow/src/presentation/index.ts',
};

const toLocaleSource = (name) => {
  const [, tag] = /^@plural-otp\/flow\/locales\/(\w+)\.js$/.exec(name) ?? [];
  return tag && `/packages/flow/src/presentation/locales/${tag}.ts`;
};

export default {
  rootDir: resolve(here, '../..'),
  files: groups.length && process.env.TEST_FILES ? undefined : join(here, files),
  groups,
  // WebKit runs concurrent files in frames of one page, where focus and mouse interfere.
  concurrency: 1,
  concurrentBrowsers: 3,
  nodeResolve: { exportConditions: ['production', 'default'] },
  plugins: [
    { name: 'source-of-the-flow', resolveImport: ({ source: name }) => source[name] ?? toLocaleSource(name) },
    {
      // `ONE_FILE=1` runs the same tests against the built single file.
      name: 'one-file',
      serve: ({ path }) =>
        process.env.ONE_FILE && path === '/packages/element/src/index.ts'
          ? { body: readFileSync(new URL('dist/plural-otp.min.js', import.meta.url), 'utf8'), type: 'js' }
          : undefined,
    },
    {
      name: 'preflight',
      serve: async ({ path }) => (path === '/preflight.css' ? { body: await preflight(), type: 'css' } : undefined),
    },
    {
      // Serves the source as written, because the compiled module has no comments.
      name: 'class-head',
      serve: ({ path }) =>
        path === '/class-head' ? readFileSync(new URL('src/plural-otp.ts', import.meta.url), 'utf8') : undefined,
    },
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: join(here, '../../tsconfig.base.json') }),
    deviceCommands(),
  ],
  // A test left on `only` or `skip` fails the run.
  testFramework: {
    config: {
      timeout: '20000',
      forbidOnly: true,
      forbidPending: true,
      ...(process.env.GREP && { grep: process.env.GREP }),
    },
  },
  // A page compiles what it imports, and a loaded machine runs three engines and two more suites at once.
  browserStartTimeout: 180_000,
  testsStartTimeout: 180_000,
  testsFinishTimeout: 900_000,
  reporters: [
    defaultReporter({ reportTestProgress: false }),
    summaryReporter(),
    junitReporter({ outputPath: join(reports, 'element.xml') }),
    pageReporter(join(reports, 'element-pages.xml')),
  ],
  browsers: await launch({
    chromium: chromiumLauncher,
    firefox: firefoxLauncher,
    webkit: () => webkitLauncher(webkit),
  }),
};
