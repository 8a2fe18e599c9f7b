import { afterAll, describe, expect, test } from 'vitest';
import { browsers } from './support/browsers.ts';
import { lacks } from './support/unsupported.ts';
import { bundleSuite, runtimes } from './support/runtimes.ts';

await bundleSuite();
const inCi = process.env['CI'] === 'true';
const counts: string[] = [];

for (const [name, runtime] of Object.entries({ ...runtimes, ...browsers })) {
  const { absent } = runtime;
  if (absent && !inCi) {
    test.skip(`${name} is not on this machine: its cases did not run`, () => undefined);
    continue;
  }
  const results = absent
    ? [{ title: 'is on this machine', error: 'it is not' }]
    : await runtime.run().catch((error: unknown) => [{ title: 'runs the suite', error: String(error) }]);
  const stated = lacks[name] ?? {};
  counts.push(`${name} ${results.length} (${Object.keys(stated).length} lacking)`);
  describe(name, () => {
    for (const { title, error } of results) {
      const how = stated[title];
      if (how === undefined) test(title, () => expect(error).toBeUndefined());
      else test(`${title}: lacks it, and fails as stated`, () => expect(error).toMatch(how));
    }
    test('each listed lack was a case', () => {
      expect(results.map(({ title }) => title)).toEqual(expect.arrayContaining(Object.keys(stated)));
    });
    test('the suite ran whole', () => expect(results.length).toBeGreaterThan(40));
  });
}

afterAll(() => console.log(`Cases run: ${counts.join(', ')}`));
