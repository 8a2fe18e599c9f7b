import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests that Stryker runs against each mutant, in its own copy of this folder. Two use real sockets and would take
 * minutes for each mutant that survives; an injected fetch causes the same faults. One compares a source file with its
 * generator, and the copy's source files are instrumented.
 */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: {
      '@plural-otp/core/internal': at('src/internal.ts'),
      '@plural-otp/core/testing': at('src/testing.ts'),
      '@plural-otp/core/tokens': at('src/tokens/index.ts'),
      '@plural-otp/core/wire': at('src/wire/index.ts'),
      '@plural-otp/core': at('src/index.ts'),
    },
  },
  test: {
    root: at('.'),
    include: ['test/**/*.test.ts'],
    // The first run measures coverage, which makes 300 rounds of signatures slow.
    testTimeout: 60_000,
    exclude: ['test/client/retry-table.test.ts', 'test/leak.test.ts', 'test/errors/error-codes.test.ts'],
  },
});

export default config;
