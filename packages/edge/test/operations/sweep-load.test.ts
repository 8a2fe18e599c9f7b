import { describe, expect, test } from 'vitest';
import { abandonPayments, drainVerdicts } from '../../bench/sweep-load.ts';

// The long version, over hours, is `pnpm bench edge --sweep`.
describe('sweep under load, in virtual time', () => {
  test('of 60 abandoned payments a minute the paid ones are told within two minutes by one sweep a minute', async () => {
    const { delaysSeconds, missing, unfinishedSweeps } = await abandonPayments(60, 20);
    expect(delaysSeconds.length).toBeGreaterThan(15);
    expect(missing).toBe(0);
    expect(unfinishedSweeps).toBe(0);
    expect(delaysSeconds.at(-1)).toBeLessThanOrEqual(120);
  }, 60_000);

  test('500 undelivered verdicts are delivered by one process in less than 20 seconds', async () => {
    const { seconds, delivered } = await drainVerdicts(500);
    expect(delivered).toBe(500);
    expect(seconds).toBeLessThan(20);
  }, 60_000);
});
