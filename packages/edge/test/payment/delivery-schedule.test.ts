import { describe, expect, test } from 'vitest';
import {
  getDeliverAtMs,
  isDeliveryDue,
  isUndeliverable,
  recordDelivered,
  releaseLease,
  scheduleRetry,
  takeFirstLease,
  takeLease,
} from '../../src/payment/delivery-schedule.ts';
import type { PaymentEntry, RecordedVerdict } from '../../src/payment/order-record.ts';
import { createEntry, createExampleRecord, createVerdict } from '../support/record-fixtures.ts';

const nowMs = 1_000_000_000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const verdictOf = (more: Partial<RecordedVerdict> = {}): RecordedVerdict => createVerdict('paid', more);
const entryOf = (more: Partial<RecordedVerdict> = {}): PaymentEntry => createEntry({ verdict: verdictOf(more) });

describe('the time of a delivery', () => {
  test('is the earliest of the undelivered verdicts', () => {
    const record = createExampleRecord(
      entryOf({ deliverAtMs: 30 }),
      entryOf({ deliverAtMs: 20 }),
      entryOf({ deliverAtMs: 10, deliveredAtMs: 5 }),
      createEntry(),
    );
    expect(getDeliverAtMs(record)).toBe(20);
    expect(getDeliverAtMs(createExampleRecord(entryOf()))).toBe(0);
    expect(getDeliverAtMs(createExampleRecord(createEntry(), entryOf({ deliveredAtMs: 5 })))).toBeNull();
  });

  test('has come at that time, not before, and never where everything is delivered', () => {
    expect(isDeliveryDue(createExampleRecord(entryOf({ deliverAtMs: nowMs })), nowMs)).toBe(true);
    expect(isDeliveryDue(createExampleRecord(entryOf({ deliverAtMs: nowMs + 1 })), nowMs)).toBe(false);
    expect(isDeliveryDue(createExampleRecord(createEntry()), nowMs)).toBe(false);
  });

  test('is never for a verdict that does not exist or was delivered', () => {
    expect(takeLease(createEntry(), nowMs)).toBeUndefined();
    const delivered = entryOf({ deliveredAtMs: 0 });
    expect(takeLease(delivered, nowMs)).toBeUndefined();
    expect(delivered.verdict?.attempt).toBe(0);
  });

  test('a lease puts the next delivery off to its end', () => {
    const entry = entryOf({ deliverAtMs: nowMs });
    takeLease(entry, nowMs);
    expect(entry.verdict?.deliverAtMs).toBe(nowMs + minuteMs);
  });
});

describe('the first lease of a record', () => {
  test('is that of the first verdict which is undelivered and not leased', () => {
    const record = createExampleRecord(
      createEntry(),
      entryOf({ deliveredAtMs: 5 }),
      entryOf({ leaseUntilMs: nowMs + 1 }),
      createEntry({ paymentId: 'p-4', verdict: verdictOf() }),
      createEntry({ paymentId: 'p-5', verdict: verdictOf() }),
    );
    expect(takeFirstLease(record, nowMs)).toMatchObject({ isTaken: true, entry: { paymentId: 'p-4' } });
    expect(record.payments.map(({ verdict }) => verdict?.attempt)).toEqual([undefined, 0, 0, 1, 0]);
  });

  test('of a clock far ahead is shortened and not taken, and no other is', () => {
    const record = createExampleRecord(entryOf({ leaseUntilMs: nowMs + dayMs }), entryOf());
    expect(takeFirstLease(record, nowMs)).toMatchObject({ isTaken: false });
    expect(record.payments[1]?.verdict?.attempt).toBe(0);
  });

  test('is none where nothing is undelivered', () => {
    expect(takeFirstLease(createExampleRecord(createEntry()), nowMs)).toBeUndefined();
  });
});

describe('the end of a delivery', () => {
  test('a verdict that was delivered has no lease and no next delivery', () => {
    const verdict = verdictOf({ deliverAtMs: 1, leaseUntilMs: 2 });
    recordDelivered(verdict, nowMs);
    expect(verdict).toMatchObject({ deliveredAtMs: nowMs, deliverAtMs: undefined, leaseUntilMs: undefined });
  });

  test('a lease that is released leaves the verdict due at once', () => {
    const verdict = verdictOf({ deliverAtMs: nowMs + minuteMs, leaseUntilMs: nowMs + minuteMs });
    releaseLease(verdict, nowMs);
    expect(verdict).toMatchObject({ deliverAtMs: nowMs, leaseUntilMs: undefined });
  });

  test.each([
    ['a new one', 0, minuteMs],
    ['one of 2 minutes', 2 * minuteMs, minuteMs],
    ['one of 3 minutes', 3 * minuteMs, 1.5 * minuteMs],
    ['one of an odd age, in whole milliseconds', 3 * minuteMs + 1, 1.5 * minuteMs + 1],
    ['one of an hour', 60 * minuteMs, 30 * minuteMs],
    ['one of 2 days', 2 * dayMs, dayMs],
    ['one of a week', 7 * dayMs, dayMs],
    ['one of a clock that is ahead', -minuteMs, minuteMs],
  ])(
    'a verdict that was not delivered is retried after half its age, from a minute to a day: %s',
    (_title, ageMs, pauseMs) => {
      const verdict = verdictOf({ decidedAtMs: nowMs - ageMs, leaseUntilMs: nowMs + dayMs });
      scheduleRetry(verdict, nowMs);
      expect(verdict).toMatchObject({ deliverAtMs: nowMs + pauseMs, leaseUntilMs: undefined });
    },
  );

  test('one whose hook hangs keeps its lease, and is not retried before its end', () => {
    const long = verdictOf({ decidedAtMs: nowMs, leaseUntilMs: nowMs + 90_000 });
    scheduleRetry(long, nowMs, true);
    expect(long).toMatchObject({ deliverAtMs: nowMs + 90_000, leaseUntilMs: nowMs + 90_000 });
    const short = verdictOf({ decidedAtMs: nowMs, leaseUntilMs: nowMs + 5 });
    scheduleRetry(short, nowMs, true);
    expect(short).toMatchObject({ deliverAtMs: nowMs + minuteMs, leaseUntilMs: nowMs + 5 });
  });

  test('is hopeless from a day after the decision', () => {
    expect(isUndeliverable(verdictOf({ decidedAtMs: nowMs - dayMs }), nowMs)).toBe(true);
    expect(isUndeliverable(verdictOf({ decidedAtMs: nowMs - dayMs + 1 }), nowMs)).toBe(false);
  });
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
