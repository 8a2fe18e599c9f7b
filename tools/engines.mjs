import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';

const webKitBrowsers = ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].flatMap((name) =>
  ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/${name}/MiniBrowser`),
);

const postgresFolders = () => globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();

/**
 * Programs that the tests need in addition to npm packages: where to search for each, and which Debian packages install
 * it. An environment variable of the given name takes precedence over the search.
 */
const needs = [
  {
    name: 'Chromium',
    env: 'CHROMIUM_PATH',
    programs: ['chromium', 'google-chrome', 'chromium-browser'],
    debian: ['chromium'],
  },
  { name: 'Firefox', env: 'FIREFOX_PATH', programs: ['firefox-esr', 'firefox'], debian: ['firefox-esr'] },
  { name: 'WebKitGTK driver', env: 'WEBKIT_DRIVER_PATH', programs: ['WebKitWebDriver'], debian: ['webkit2gtk-driver'] },
  {
    name: 'WebKitGTK MiniBrowser',
    env: 'WEBKIT_BROWSER_PATH',
    programs: webKitBrowsers,
    debian: ['webkit2gtk-driver'],
  },
  { name: 'Xvfb', env: 'XVFB_PATH', programs: ['Xvfb'], debian: ['xvfb'] },
  {
    name: 'Noto fonts',
    env: 'NOTO_FONT_PATH',
    programs: ['/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf'],
    debian: ['fonts-noto-core'],
  },
  { name: 'Redis', env: 'REDIS_SERVER_PATH', programs: ['redis-server'], debian: ['redis-server'] },
  { name: 'Python', env: 'PYTHON_PATH', programs: ['python3'], debian: ['python3'] },
  { name: 'PHP', env: 'PHP_PATH', programs: ['php'], debian: ['php-cli', 'php-curl', 'php-sqlite3'] },
  { name: 'nginx', env: 'NGINX_PATH', programs: ['nginx', '/usr/sbin/nginx'], debian: ['nginx-light'] },
  { name: 'OpenSSL', env: 'OPENSSL_PATH', programs: ['openssl'], debian: ['openssl'] },
  { name: 'PostgreSQL', env: 'POSTGRES_BIN_PATH', programs: postgresFolders, debian: ['postgresql'] },
  {
    name: 'PgBouncer',
    env: 'PGBOUNCER_PATH',
    programs: ['pgbouncer', '/usr/sbin/pgbouncer'],
    debian: ['pgbouncer'],
  },
  { name: 'promtool', env: 'PROMTOOL_PATH', programs: ['promtool'], debian: ['prometheus'] },
];

/**
 * Finds every engine, after installing the missing ones where that is possible (Debian or Ubuntu, as root). Names the
 * packages first, and asks on a terminal unless `--install-engines` is given or `CI` is `true`.
 *
 * @returns {Promise<{ env: Record<string, string>, missing: string[] }>} paths by environment variable, and what was not found
 */
export async function findOrInstallEngines() {
  const absent = needs.filter((need) => !find(need));
  if (absent.length > 0 && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const packages = [...new Set(absent.flatMap((need) => need.debian))];
    console.log(`The tests need Debian packages that are not installed: ${packages.join(', ')}`);
    if (await mayInstall()) {
      console.log('Installing them with apt-get …');
      aptGet(['update', '--quiet=2']);
      aptGet(['install', '--yes', '--quiet=2', '--no-install-recommends', ...packages]);
    }
  }
  const found = needs.map((need) => ({ need, path: find(need) }));
  return {
    env: Object.fromEntries(found.flatMap(({ need, path }) => (path ? [[need.env, path]] : []))),
    missing: found.flatMap(({ need, path }) => (path ? [] : [need.name])),
  };
}

async function mayInstall() {
  if (!process.stdin.isTTY || process.env['CI'] === 'true' || process.argv.includes('--install-engines')) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Install them now with apt-get? [Y/n] ');
  terminal.close();
  return !/^n/i.test(answer.trim());
}

function find({ env, programs }) {
  if (process.env[env]) return process.env[env];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (typeof programs === 'function' ? programs() : programs)
    .flatMap((program) => (program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program))))
    .find((path) => existsSync(path));
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
}
