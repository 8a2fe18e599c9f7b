/** The test of the wrong backends in one language: a file of its own for each, so that they run in parallel. */
import { runConformance } from '@plural-otp/conformance';
import { describe, expect, test } from 'vitest';
import { isMissing, startExample, type Language } from './example-backends.ts';
import { wrongBackends } from './wrong-backends.ts';

export function testWrongBackends(language: Language): void {
  describe(`the case for it fails for a backend in ${language} that`, () => {
    test.skipIf(isMissing(language)).concurrent.each(wrongBackends.map((wrong) => [wrong.defect, wrong] as const))(
      '%s',
      { timeout: 300_000 },
      async (_defect, wrong) => {
        const { origin, sandboxOrigin, end } = await startExample(language, wrong);
        try {
          const results = await runConformance({
            url: `${origin}/plural`,
            sandbox: sandboxOrigin,
            only: [wrong.caughtBy],
          });
          expect(results).toMatchObject([{ status: 'failed' }]);
        } finally {
          await end();
        }
      },
    );
  });
}
