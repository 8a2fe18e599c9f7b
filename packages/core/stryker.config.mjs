/**
 * Mutation tests of the modules that a merchant's money hangs on. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/token.ts`. The report goes to `reports/mutation`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [
    'src/{bytes,hmac,return-signature,webhook-signature}.ts',
    'src/{token,token-store,derive-key}.ts',
    'src/{http,judge,repeat}.ts',
    'src/{errors,plural-error,redact}.ts',
  ],
  // Without its tsconfig.json the copy is read by the one of this folder, whose paths hold.
  ignorePatterns: ['/dist', '/reports', '/bench', 'tsconfig.json'],
  tempDirName: 'reports/stryker',
  reporters: ['clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  concurrency: 1,
  timeoutMS: 5000,
  thresholds: { high: 95, low: 90, break: 90 },
  allowConsoleColors: false,
};
