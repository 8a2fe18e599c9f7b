/** Intervals for shares, in closed form. */

/** A share with its interval, both 0 to 1. */
export interface Share {
  hits: number;
  of: number;
  rate: number;
  low: number;
  high: number;
}

/** Quantile of the normal distribution for 95 %. */
const z95 = 1.959_963_984_540_054;

/**
 * Returns a share with its score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", 1927). Of nothing it is 0 to 1.
 */
export function toShare(hits: number, of: number, z: number = z95): Share {
  if (of <= 0) return { hits, of, rate: Number.NaN, low: 0, high: 1 };
  const rate = hits / of;
  const square = (z * z) / of;
  const centre = rate + square / 2;
  const half = z * Math.sqrt((rate * (1 - rate)) / of + square / of / 4);
  return {
    hits,
    of,
    rate,
    low: Math.max(0, (centre - half) / (1 + square)),
    high: Math.min(1, (centre + half) / (1 + square)),
  };
}

/**
 * Returns the difference of two independent shares with its interval (R. G. Newcombe, "Interval estimation for the
 * difference between independent proportions", 1998, method 10).
 */
export function toDifference(one: Share, other: Share): { difference: number; low: number; high: number } {
  const difference = one.rate - other.rate;
  return {
    difference,
    low: difference - Math.hypot(one.rate - one.low, other.high - other.rate),
    high: difference + Math.hypot(one.high - one.rate, other.rate - other.low),
  };
}
