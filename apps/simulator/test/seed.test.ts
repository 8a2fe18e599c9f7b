import { expect, test } from 'vitest';
import { createRandom, createUuid, mixSeed } from '../src/runtime/seed.ts';

test('a seed draws the same sequence each time, and another seed another', () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('neighbouring seeds and salts mix into unlike seeds', () => {
  const mixed = [1, 2, 3].flatMap((seed) => [0, 1, 2].map((salt) => mixSeed(seed, salt)));
  expect(new Set(mixed).size).toBe(9);
});

test('a chance of zero draws nothing', () => {
  const [one, other] = [createRandom(1), createRandom(1)];
  expect(one.chance(0)).toBe(false);
  expect(one.next()).toBe(other.next());
});

test('weights decide how often a value comes', () => {
  const random = createRandom(5);
  const drawn = Array.from({ length: 1000 }, () =>
    random.weighted([
      [3, 'often'],
      [1, 'seldom'],
      [0, 'never'],
    ]),
  );
  const often = drawn.filter((value) => value === 'often').length;
  expect(often).toBeGreaterThan(700);
  expect(often).toBeLessThan(800);
  expect(drawn).not.toContain('never');
});

test('ids are UUIDs without a digit that could begin an OTP', () => {
  const id = createUuid(createRandom(1));
  expect(id).toMatch(/^[a-f]{8}-[a-f]{4}-4[a-f]{3}-a[a-f]{3}-[a-f]{12}$/);
});
