import { selectCases } from '@plural-otp/conformance';
import { expect, test } from 'vitest';
import { brokenBackends } from './broken-backends.ts';
import { testWrongBackends } from './test-wrong-backends.ts';
import { wrongBackends } from './wrong-backends.ts';

testWrongBackends('python');

test('each wrong backend has a name of its own, and names one case', () => {
  expect(new Set(wrongBackends.map(({ defect }) => defect)).size).toBe(wrongBackends.length);
  const names = new Set(selectCases().map(({ group, rule }) => `${group}: ${rule}`));
  expect(wrongBackends.map(({ caughtBy }) => caughtBy).filter((name) => !names.has(name))).toEqual([]);
});

test('nine of ten cases have a wrong backend that they have to catch', () => {
  const names = selectCases().map(({ group, rule }) => `${group}: ${rule}`);
  const caught = [...wrongBackends, ...brokenBackends].map(({ caughtBy }) => caughtBy);
  const tried = names.filter((name) => caught.some((part) => name.includes(part)));
  expect(tried.length / names.length).toBeGreaterThan(0.9);
});
