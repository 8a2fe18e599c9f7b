import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests that Stryker runs against each mutant, in its own copy of this folder. Left out are those of the translation
 * tools, which read files outside the copy.
 */
const config: ViteUserConfig = defineConfig({
  // The copy lies three folders deeper than this package.
  resolve: { alias: [{ find: /^(?:\.\.\/){3}core\//, replacement: at('../../../../core/') }] },
  test: {
    root: at('.'),
    // Coverage makes the first run slow, and a slow test is no failed one.
    testTimeout: 60_000,
    include: ['test/**/*.test.ts'],
    exclude: ['test/translations/**'],
  },
});

export default config;
