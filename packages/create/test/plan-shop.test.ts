import { expect, test } from 'vitest';
import { detectPackageManager, packageManagers } from '../src/package-manager.ts';
import { planShop, type ShopChoices } from '../src/plan-shop.ts';
import { findPlatform, platforms } from '../src/platforms.ts';
import type { Templates } from '../src/templates.ts';

const settings = 'SHOP_ORIGIN=http://127.0.0.1:3000\nPLURAL_ENVIRONMENT=http://127.0.0.1:3001\n';
const template = {
  dependencies: { '@plural-otp/edge': '^0.1.0' },
  devDependencies: { '@plural-otp/sandbox': '^0.1.0' },
  files: { 'shop.ts': 'docs/shop.ts', '.env': 'docs/sandbox.env', 'deno.json': 'docs/deno.json' },
  setup: ['node copy-files.mjs', 'npx wrangler migrate'],
  start: 'npx wrangler dev --port "${PORT:-3000}"',
  settingsFile: '.env',
};
const templates: Templates = {
  recipes: Object.fromEntries(platforms.map(({ recipe }) => [recipe, template])),
  sources: {
    'docs/shop.ts': 'export {};\n',
    'docs/sandbox.env': settings,
    'docs/deno.json': '{ "imports": { "@plural-otp/core": "npm:@plural-otp/core@^0.1.0" }, "unstable": ["kv"] }',
  },
};
const plan = (name: string, more: Partial<ShopChoices> = {}) => {
  const platform = findPlatform(name);
  if (!platform) throw new Error(`no platform ${name}`);
  return planShop({ platform, packageManager: 'npm', name: 'shop', port: 3000, sandboxPort: 3001, ...more }, templates);
};
const packageOf = ({ files }: { files: Readonly<Record<string, string>> }) =>
  JSON.parse(files['package.json'] ?? '{}') as { scripts: Record<string, string>; dependencies: object };

test('the scripts prepare the shop and start it next to a sandbox that knows its webhook', () => {
  const { scripts, dependencies } = packageOf(plan('express'));
  expect(scripts).toEqual({
    setup: 'node copy-files.mjs && wrangler migrate',
    shop: 'wrangler dev --port 3000',
    dev: 'plural-sandbox --port 3001 --webhook-url http://127.0.0.1:3000/plural/webhook --exec "npm run shop"',
    doctor: 'plural-otp doctor --env-file .env --url http://127.0.0.1:3000',
    'doctor:settings': 'plural-otp doctor --env-file .env',
  });
  expect(dependencies).toEqual({ '@plural-otp/edge': '^0.1.0' });
});

test('other ports are in the settings, the scripts and the README', () => {
  const moved = plan('express', { port: 4000, sandboxPort: 4001 });
  expect(moved.files['.env']).toBe(
    'SHOP_ORIGIN=http://127.0.0.1:4000\nPLURAL_ENVIRONMENT=http://127.0.0.1:4001\nPORT=4000\n',
  );
  expect(packageOf(moved).scripts['dev']).toContain('--port 4001 --webhook-url http://127.0.0.1:4000/');
  expect(packageOf(moved).scripts['shop']).toBe('wrangler dev --port 4000');
  for (const text of Object.values(moved.files)) expect(text).not.toMatch(/:300[01]/);
});

test('settings are kept out of the repository', () => {
  expect((plan('workers').files['.gitignore'] ?? '').split('\n')).toEqual(
    expect.arrayContaining(['.env', '.dev.vars', 'node_modules/']),
  );
});

test('Deno gets tasks and imports in place of a package.json', () => {
  const { files, install, dev } = plan('deno');
  expect(files).not.toHaveProperty(['package.json']);
  expect(JSON.parse(files['deno.json'] ?? '')).toMatchObject({
    tasks: { shop: 'wrangler dev --port 3000' },
    imports: {
      '@plural-otp/core': 'npm:@plural-otp/core@^0.1.0',
      '@plural-otp/sandbox': 'npm:@plural-otp/sandbox@^0.1.0',
    },
    unstable: ['kv'],
  });
  expect([...install, dev]).toEqual(['deno install', 'deno task setup', 'deno task dev']);
});

test('each package manager gets its own words, and Yarn a folder node_modules', () => {
  for (const packageManager of packageManagers) {
    const { install, dev, files } = plan('hono', { packageManager });
    expect([...install, dev]).toEqual(['install', 'run setup', 'run dev'].map((words) => `${packageManager} ${words}`));
    expect(files['.yarnrc.yml']).toBe(packageManager === 'yarn' ? 'nodeLinker: node-modules\n' : undefined);
  }
});

test('a platform without a template says what to do', () => {
  const [platform] = platforms;
  if (!platform) throw new Error('no platform');
  const choices = { platform, packageManager: 'npm', name: 'shop', port: 1, sandboxPort: 2 } as const;
  expect(() => planShop(choices, { recipes: {}, sources: {} })).toThrow(/No template for express: build/);
});

test.each([
  ['pnpm/12.0.0 npm/? node/v24.0.0 linux x64', 'pnpm'],
  ['yarn/4.9.1 npm/? node/v24.0.0', 'yarn'],
  ['bun/1.4.5 npm/? node/v24.0.0', 'bun'],
  ['npm/11.0.0 node/v24.0.0 linux x64', 'npm'],
  ['deno/2.9.6', 'npm'],
  [undefined, 'npm'],
])('the package manager that runs it is the default: %s', (userAgent, manager) => {
  expect(detectPackageManager(userAgent)).toBe(manager);
});
