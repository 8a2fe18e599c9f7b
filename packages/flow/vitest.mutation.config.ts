import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What Stryker runs against each mutant, in its own copy of this folder: every test of this package. */
const config: ViteUserConfig = defineConfig({
  test: { root: fileURLToPath(new URL('.', import.meta.url)), include: ['test/**/*.test.ts'] },
});

export default config;
