import { selectCases } from '@plural-otp/conformance';
import { expect, test } from 'vitest';
import { testWrongBackends } from './test-wrong-backends.ts';
import { wrongBackends } from './wrong-backends.ts';

testWrongBackends('python');

test('each wrong backend has a name of its own, and names one case', () => {
  expect(new Set(wrongBackends.map(({ defect }) => defect)).size).toBe(wrongBackends.length);
  const names = new Set(selectCases().map(({ group, rule }) => `${group}: ${rule}`));
  expect(wrongBackends.map(({ caughtBy }) => caughtBy).filter((name) => !names.has(name))).toEqual([]);
});

test.each(['python', 'php'] as const)('each case has a wrong backend in %s that it has to catch', (language) => {
  const caught = new Set(wrongBackends.filter((wrong) => wrong[language].length > 0).map(({ caughtBy }) => caughtBy));
  const names = selectCases().map(({ group, rule }) => `${group}: ${rule}`);
  expect(names.filter((name) => !caught.has(name))).toEqual([]);
});
