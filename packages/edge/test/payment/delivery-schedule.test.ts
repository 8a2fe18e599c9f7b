import { describe, expect, test } from 'vitest';
import { takeLease } from '../../src/payment/delivery-schedule.ts';
import type { PaymentEntry, RecordedVerdict } from '../../src/payment/order-record.ts';

const nowMs = 1_000_000_000;
const minuteMs = 60_000;

const entryOf = (verdict: Partial<RecordedVerdict>): PaymentEntry => ({
  paymentId: 'p-1',
  reference: 'R-1',
  amount: { value: 35_000, currency: 'INR' },
  startedAtMs: 0,
  nativeOtp: true,
  nativeOtpFrom: 'order',
  display: {},
  stage: 'awaitingOtp',
  idempotencyKeys: [],
  generates: 1,
  submits: 1,
  resends: 0,
  misses: 0,
  resendOffered: true,
  verdict: { outcome: 'paid', orderOpen: false, source: 'sweep', decidedAtMs: 0, attempt: 0, ...verdict },
});

describe('a lease belongs to one process', () => {
  test('a verdict without a lease, or with one that ended, is leased for a minute', () => {
    for (const verdict of [{}, { leaseUntilMs: nowMs }]) {
      const entry = entryOf(verdict);
      expect(takeLease(entry, nowMs)).toBe(true);
      expect(entry.verdict).toMatchObject({ attempt: 1, leaseUntilMs: nowMs + minuteMs });
    }
  });

  test.each([1, minuteMs, minuteMs + 59_000, 11 * minuteMs])(
    'a lease that ends in %i ms is not touched, so that a clock that is behind lets nobody deliver at once',
    (leftMs) => {
      const entry = entryOf({ leaseUntilMs: nowMs + leftMs, attempt: 1 });
      const before = structuredClone(entry);
      expect(takeLease(entry, nowMs)).toBeUndefined();
      expect(entry).toEqual(before);
    },
  );

  test('a lease of a clock that is far ahead is shortened to a minute and not taken', () => {
    for (const leftMs of [11 * minuteMs + 1, 73 * 60 * minuteMs]) {
      const entry = entryOf({ leaseUntilMs: nowMs + leftMs, attempt: 1 });
      expect(takeLease(entry, nowMs)).toBe(false);
      expect(entry.verdict).toMatchObject({ attempt: 1, leaseUntilMs: nowMs + minuteMs });
    }
  });
});
