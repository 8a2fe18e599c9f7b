import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * What Stryker runs against each mutant, in its own copy of this folder: the tests that need no browser. The flow is read
 * from its `dist`, because the copy lies one folder deeper than its source.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.live.test.ts'],
  },
});

export default config;
