import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests that Stryker runs against each mutant, in its own copy of this folder. Left out are those that need a server, a
 * second process or the benchmarks, and the attacks on HTTP, which hold rules of other modules and take most of the
 * time. Other packages are read from their `dist`, because the copy lies one folder deeper than their source.
 */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: {
      '@plural-otp/edge/node': at('src/node.ts'),
      '@plural-otp/edge/page': at('src/page/index.ts'),
      '@plural-otp/edge/stores/sql': at('src/stores/sql.ts'),
      '@plural-otp/edge/stores/redis': at('src/stores/redis.ts'),
      '@plural-otp/edge/stores/durable-object': at('src/stores/durable-object.ts'),
      '@plural-otp/edge/stores/contract': at('src/stores/contract/index.ts'),
      '@plural-otp/edge': at('src/index.ts'),
    },
  },
  test: {
    root: at('.'),
    // Coverage makes the first run slow, and a slow test is no failed one.
    testTimeout: 60_000,
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/**/*.live.test.ts',
      'test/http/**',
      'test/operations/sweep-load.test.ts',
      'test/page/**',
      'test/resilience/processes.test.ts',
      'test/security/**',
      'test/node.test.ts',
    ],
  },
});

export default config;
