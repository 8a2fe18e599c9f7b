import { runConformance } from '@plural-otp/conformance';
import { describe, expect, test } from 'vitest';
import { isMissing, startExample, type Language } from './example-backends.ts';
import { wrongBackends } from './wrong-backends.ts';

const languages: readonly Language[] = ['python', 'php'];

describe.each(languages)('the case for it fails for a backend in %s that', (language) => {
  test.skipIf(isMissing(language)).concurrent.each(wrongBackends.map((wrong) => [wrong.defect, wrong] as const))(
    '%s',
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
    60_000,
  );
});

test('the wrong backends are at least twenty, each with a name of its own', () => {
  expect(new Set(wrongBackends.map(({ defect }) => defect)).size).toBe(wrongBackends.length);
  expect(wrongBackends.length).toBeGreaterThanOrEqual(20);
});
