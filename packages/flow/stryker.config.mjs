/**
 * Mutation tests of the machine, its transport and what reads an answer. `pnpm run mutation`, or one file with
 * `pnpm run mutation --mutate src/answers.ts`. The report goes to `reports/mutation`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [
    'src/{machine,answers,calls,pace,flow}.ts',
    'src/{read-view,transport,act-id,device-info}.ts',
    'src/contract-schemas.ts',
  ],
  // Without its tsconfig.json the copy is read by the one of this folder, whose paths hold.
  ignorePatterns: ['/dist', '/reports', 'tsconfig.json', 'tsconfig.node.json'],
  tempDirName: 'reports/stryker',
  reporters: ['clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  concurrency: 1,
  timeoutMS: 5000,
  thresholds: { high: 95, low: 90, break: 90 },
  allowConsoleColors: false,
};
