/** Reports the pages of tests that did not load, did not start or did not end, which the JUnit reporter leaves out. */

import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFailures } from '../../../../tools/reports.mjs';

const home = fileURLToPath(new URL('../..', import.meta.url));

/** Creates a reporter for the test runner, which writes a JUnit report to `path` when a page had errors of its own. */
export function pageReporter(path) {
  return {
    onTestRunFinished({ sessions }) {
      const failures = sessions.flatMap(({ errors = [], testFile, browser }) =>
        errors.map(({ message }) => ({
          file: relative(home, testFile),
          name: `its page in ${browser.name}`,
          message: message ?? 'an error without a message',
        })),
      );
      rmSync(path, { force: true });
      if (failures.length > 0) reportFailures(path, failures);
    },
  };
}
