/**
 * Settings of a package's mutation tests. `mutate`: its modules; `ignored`: what is left out of the copy they run in.
 * The report goes to the package's `reports/mutation`.
 */
export function mutationOf(mutate, ignored) {
  return {
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    mutate,
    // Without its tsconfig.json the copy is read by the one of the package, whose paths hold.
    ignorePatterns: ['/dist', '/reports', 'tsconfig.json', ...ignored],
    tempDirName: 'reports/stryker',
    reporters: ['clear-text', 'html'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
    htmlReporter: { fileName: 'reports/mutation/index.html' },
    concurrency: 1,
    timeoutMS: 5000,
    thresholds: { high: 95, low: 90, break: 90 },
    allowConsoleColors: false,
  };
}
