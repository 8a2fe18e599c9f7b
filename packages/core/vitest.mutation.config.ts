import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * What Stryker runs against each mutant, in its own copy of this folder: every unit test but the two that meet real
 * sockets, which would take minutes for each mutant that lives. Their faults come by injected fetch here.
 */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: {
      '@plural-otp/core/internal': at('src/internal.ts'),
      '@plural-otp/core/testing': at('src/testing.ts'),
      '@plural-otp/core/wire': at('src/wire/index.ts'),
      '@plural-otp/core': at('src/index.ts'),
    },
  },
  test: {
    root: at('.'),
    include: ['test/**/*.test.ts'],
    exclude: ['test/client/retry-table.test.ts', 'test/leak.test.ts'],
  },
});

export default config;
