import { describe, expect, test } from 'vitest';
import { formatRanges, parseOptions, parseRanges } from '../src/options.ts';

describe('options', () => {
  test('a seed alone is one walk; without one, a hundred walks begin at a seed of the clock', () => {
    expect(parseOptions(['--seed', '7'], 0)).toMatchObject({ seed: 7, walks: 1, minutes: Infinity });
    expect(parseOptions([], 5000)).toMatchObject({ seed: 5, walks: 100 });
  });

  test('minutes without a number of walks end the run by time alone', () => {
    expect(parseOptions(['--minutes', '0.5'], 0)).toMatchObject({ walks: undefined, minutes: 0.5 });
  });

  test.each([
    [['--seed', 'x']],
    [['--walks', '1.5']],
    [['--minutes', '-1']],
    [['--keep', '1-x']],
    [['--without', 'noSuchFault']],
    [['--unknown']],
  ])('%j is rejected', (args) => {
    expect(() => parseOptions(args, 0)).toThrow(TypeError);
  });

  test('step numbers are read as they are written', () => {
    const numbers = [0, 4, 7, 8, 9];
    expect(formatRanges(numbers)).toBe('0,4,7-9');
    expect(parseRanges('0,4,7-9')).toEqual(numbers);
    expect(parseRanges(formatRanges([]))).toEqual([]);
  });
});
