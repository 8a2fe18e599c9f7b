import { afterAll, describe, expect, test } from 'vitest';
import { browsers } from './support/browsers.ts';
import { unsupported } from './support/unsupported.ts';
import { bundleSuite, runtimes } from './support/runtimes.ts';

await bundleSuite();
const inCi = process.env['CI'] === 'true';
const counts: string[] = [];

for (const [name, runtime] of Object.entries({ ...runtimes, ...browsers })) {
  const { absent } = runtime;
  if (absent && !inCi) {
    counts.push(`${name} none, because it is not on this machine`);
    continue;
  }
  const results = absent
    ? [{ title: 'is on this machine', error: 'it is not' }]
    : await runtime.run().catch((error: unknown) => [{ title: 'runs the suite', error: String(error) }]);
  const expectedFailures = unsupported[name] ?? {};
  counts.push(`${name} ${results.length} (${Object.keys(expectedFailures).length} unsupported)`);
  describe(name, () => {
    for (const { title, error } of results) {
      const failure = expectedFailures[title];
      if (failure === undefined) test(title, () => expect(error).toBeUndefined());
      else test(`${title}: unsupported, and fails as expected`, () => expect(error).toMatch(failure));
    }
    test('each unsupported feature was a case', () => {
      expect(results.map(({ title }) => title)).toEqual(expect.arrayContaining(Object.keys(expectedFailures)));
    });
    test('the whole suite ran', () => expect(results.length).toBeGreaterThan(40));
  });
}

afterAll(() => console.log(`Cases run: ${counts.join(', ')}`));
