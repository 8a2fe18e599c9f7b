import { expect, test } from 'vitest';
import { measure, read } from './support/meter.ts';

/** Sums points by one attribute. */
const toCounts = (points: readonly [attributes: unknown, value: unknown][], name: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const [attributes, value] of points) {
    const key = (attributes as Record<string, string>)[name] ?? '';
    counts[key] = (counts[key] ?? 0) + Number(value);
  }
  return counts;
};

test('the metrics count each step and each outcome of a payment once, however often and in whatever order it is told', async () => {
  const event = { reference: 'NL7K-1', order: 'o', attempt: 1, at: 1, method: 'nativeOtp', issuer: 'HDFC' };
  const types = ['started', 'shown', 'otpSent', 'otpNotSent', 'submitted', 'accepted', 'refused', 'resent'];
  types.push('leftForBank', 'returned', 'cancelled', 'away');
  const told = [
    ...types.flatMap((type) => [1, 2, 3].map((ms) => ({ ...event, type, ms: ms * 1000 }))),
    { ...event, type: 'submitted', ms: 9000, nth: 2 },
    ...[4, 5].map((ms) => ({ ...event, type: 'verdict', ms: ms * 1000, outcome: 'failed', source: 'sweep' })),
    ...[6, 7].map((ms) => ({ ...event, type: 'verdict', ms: ms * 1000, outcome: 'authorized', source: 'webhook' })),
    { ...event, type: 'verdict', ms: 8000, outcome: 'paid', source: 'webhook' },
    { ...event, type: 'away', ms: 9000 },
  ];
  const other = told.map((one) => ({ ...one, reference: 'NL7K-2' }));
  for (const events of [told, told.toReversed()]) {
    const metrics = await measure([...events, ...other]);
    const steps = read(metrics, 'plural_otp.payment.steps');
    expect(toCounts(steps, 'step')).toEqual(Object.fromEntries([...types, 'verdict'].map((type) => [type, 2])));
    for (const name of ['plural_otp.payment.verdicts', 'plural_otp.verdict.sources']) {
      expect(toCounts(read(metrics, name), 'outcome')).toEqual({ authorized: 2, failed: 2, paid: 2 });
    }
    const legs = read(metrics, 'plural_otp.step.duration').map(([attributes, value]) => [
      (attributes as { leg: string }).leg,
      (value as { count: number }).count,
    ]);
    expect(legs).toContainEqual(['all', 2]);
  }
});

test('the metrics follow a bounded number of payments', async () => {
  const event = { type: 'started', order: 'o', attempt: 1, at: 1, ms: 0, issuer: 'HDFC' };
  const first = { ...event, reference: 'NL7K-first' };
  const others = Array.from({ length: 5000 }, (_, index) => ({ ...event, reference: `NL7K-${index}` }));
  const metrics = await measure([first, first, ...others, first]);
  expect(read(metrics, 'plural_otp.payment.steps').map(([, count]) => count)).toEqual([5002]);
});
