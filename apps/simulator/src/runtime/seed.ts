/** Seeded randomness: the same number draws the same sequence in every process. */

/** One stream of random draws. */
export interface Random {
  /** Returns a number from 0 up to but not including 1. */
  next(): number;
  chance(probability: number): boolean;
  /** Returns an integer from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<T>(items: readonly T[]): T;
  /** Picks a value; one with twice the weight comes twice as often. */
  weighted<T>(rows: readonly (readonly [weight: number, value: T])[]): T;
}

/** Mixes a seed with a salt into a new seed, so that two streams of one walk are unlike each other. */
export function mixSeed(seed: number, salt: number): number {
  let mixed = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(salt + 1, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Creates a stream from a 32-bit seed, by the generator mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  return {
    next,
    // A rate of zero draws nothing, so that a fault that is switched off shifts no other draw of its step.
    chance: (probability) => probability > 0 && next() < probability,
    integer: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick,
    weighted(rows) {
      let rest = next() * rows.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of rows) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return pick(rows)[1];
    },
  };
}

/** Creates version 4 UUIDs from a stream. Their digits are letters only, so that none can contain an OTP by chance. */
export function createUuid(random: Random): string {
  const letters = (count: number): string =>
    Array.from({ length: count }, () => 'abcdef'[Math.floor(random.next() * 6)]).join('');
  return `${letters(8)}-${letters(4)}-4${letters(3)}-a${letters(3)}-${letters(12)}`;
}
