import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Unit tests read the source; what ships is tested by the projects that run after a build.
const source: Record<string, string> = {
  '@plural-otp/core/internal': at('packages/core/src/internal.ts'),
  '@plural-otp/core/testing': at('packages/core/src/testing.ts'),
  '@plural-otp/core/tokens': at('packages/core/src/tokens/index.ts'),
  '@plural-otp/core/wire': at('packages/core/src/wire/index.ts'),
  '@plural-otp/core': at('packages/core/src/index.ts'),
  '@plural-otp/flow/contract/schemas': at('packages/flow/src/contract-schemas.ts'),
  '@plural-otp/flow/contract': at('packages/flow/src/contract.ts'),
  '@plural-otp/flow/pseudo-locales': at('packages/flow/src/presentation/pseudo-locales.ts'),
  '@plural-otp/flow/locales': at('packages/flow/src/presentation/locales'),
  '@plural-otp/flow/presentation': at('packages/flow/src/presentation/index.ts'),
  '@plural-otp/flow': at('packages/flow/src/index.ts'),
  '@plural-otp/edge/node': at('packages/edge/src/node.ts'),
  '@plural-otp/edge/page/locales': at('packages/edge/src/page/locales'),
  '@plural-otp/edge/page': at('packages/edge/src/page/index.ts'),
  '@plural-otp/edge/stores/sql': at('packages/edge/src/stores/sql.ts'),
  '@plural-otp/edge/stores/redis': at('packages/edge/src/stores/redis.ts'),
  '@plural-otp/edge/stores/durable-object': at('packages/edge/src/stores/durable-object.ts'),
  '@plural-otp/edge/stores/contract': at('packages/edge/src/stores/contract/index.ts'),
  '@plural-otp/edge': at('packages/edge/src/index.ts'),
  '@plural-otp/insight/sql': at('packages/insight/src/sql.ts'),
  '@plural-otp/insight/node': at('packages/insight/src/node.ts'),
  '@plural-otp/insight/page': at('packages/insight/src/page/index.ts'),
  '@plural-otp/insight/otel': at('packages/insight/src/otel/index.ts'),
  '@plural-otp/insight': at('packages/insight/src/index.ts'),
  '@plural-otp/sandbox/listen': at('apps/sandbox/src/listen.ts'),
  '@plural-otp/sandbox/vitest': at('apps/sandbox/src/testing/vitest.ts'),
  '@plural-otp/sandbox/playwright': at('apps/sandbox/src/testing/playwright.ts'),
  '@plural-otp/sandbox': at('apps/sandbox/src/index.ts'),
};

// They bound a test that hangs, and nothing else: a loaded machine may be ten times slower than an idle one.
const unitTimeoutMs = 30_000;
const liveTimeoutMs = 120_000;

/** Tests that need no build, no engine and no browser. */
const unit = (name: string, root: string, exclude: string[] = []) => ({
  resolve: { alias: source },
  test: {
    name,
    root: at(root),
    include: ['test/**/*.test.ts'],
    exclude,
    testTimeout: unitTimeoutMs,
    hookTimeout: unitTimeoutMs,
  },
});

/** Tests that drive real programs: browsers, databases, processes, packed packages. */
const live = (name: string, root: string, include: string[]) => ({
  resolve: { alias: source },
  test: {
    name,
    root: at(root),
    include,
    fileParallelism: false,
    testTimeout: liveTimeoutMs,
    hookTimeout: liveTimeoutMs,
  },
});

const liveStores = ['test/stores/*.live.test.ts'];
const liveEdge = ['test/!(stores)/*.live.test.ts'];
const liveSandbox = ['test/**/*.browser-e2e.test.ts', 'test/package.test.ts', 'test/memory.test.ts'];

export default defineConfig({
  test: {
    projects: [
      unit('core', 'packages/core'),
      unit('flow', 'packages/flow'),
      unit('element', 'packages/element', ['test/**/*.live.test.ts']),
      unit('edge', 'packages/edge', [...liveStores, ...liveEdge]),
      unit('conformance', 'packages/conformance'),
      unit('create', 'packages/create'),
      {
        resolve: { alias: source },
        test: { name: 'doctor', root: at('packages/doctor'), include: ['test/**/*.test.ts'], testTimeout: 60_000 },
      },
      unit('insight', 'packages/insight', ['test/**/*.live.test.ts']),
      unit('sandbox', 'apps/sandbox', liveSandbox),
      unit('shop', 'apps/demo-merchant'),
      // Each of its tests runs processes of its own, which load the source.
      { test: { name: 'simulator', root: at('apps/simulator'), include: ['test/**/*.test.ts'], testTimeout: 240_000 } },
      live('stores', 'packages/edge', liveStores),
      live('sandbox-live', 'apps/sandbox', liveSandbox),
      // The rest reads what was built.
      live('edge-live', 'packages/edge', liveEdge),
      live('insight-live', 'packages/insight', ['test/**/*.live.test.ts']),
      live('element-live', 'packages/element', ['test/**/*.live.test.ts']),
      {
        test: {
          name: 'docs',
          root: at('docs'),
          include: ['test/**/*.test.ts'],
          // Programs that install and start take longer to wait for than to run.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: liveTimeoutMs,
          hookTimeout: liveTimeoutMs,
        },
      },
      {
        test: {
          name: 'runtimes',
          root: at('apps/runtimes'),
          include: ['test/**/*.test.ts'],
          testTimeout: liveTimeoutMs,
        },
      },
      {
        test: {
          name: 'site',
          root: at('apps/site'),
          include: ['test/**/*.{test,e2e}.ts'],
          globalSetup: [at('apps/site/test/support/build-once.ts')],
          // A visitor mostly waits, as for a bank that takes its time: two share a core.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: liveTimeoutMs,
          hookTimeout: liveTimeoutMs,
        },
      },
      {
        test: {
          name: 'e2e',
          root: at('apps/demo-merchant'),
          include: ['test/**/*.e2e.ts'],
          fileParallelism: false,
          testTimeout: liveTimeoutMs,
          hookTimeout: liveTimeoutMs,
        },
      },
    ],
  },
});
