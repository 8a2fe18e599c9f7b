import { describe, expect, test } from 'vitest';
import {
  endChecks,
  getDueAtMs,
  isCheckDue,
  isSettled,
  postponeCheck,
  requestCheck,
  rescheduleDecided,
  scheduleCheck,
  scheduleNextCheck,
} from '../../src/payment/check-schedule.ts';
import type { OrderRecord, StartReservation } from '../../src/payment/order-record.ts';
import { createEntry, createExampleRecord, createVerdict, exampleAmount } from '../support/record-fixtures.ts';

const nowMs = 1_000_000_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const reserved: StartReservation = {
  merchantPaymentReference: 'pay-1',
  reference: 'R-9',
  amount: exampleAmount,
  startedAtMs: nowMs,
  activeUntilMs: nowMs,
  nativeOtpFrom: 'unknown',
  display: {},
};
const withSchedule = (record: OrderRecord, more: Partial<OrderRecord>): OrderRecord => ({ ...record, ...more });
const openRecord = (more: Partial<OrderRecord> = {}): OrderRecord =>
  withSchedule(createExampleRecord(createEntry()), more);
const delivered = { deliveredAtMs: 5 };
const declinedRecord = (more: Partial<OrderRecord> = {}): OrderRecord =>
  withSchedule(createExampleRecord(createEntry({ verdict: createVerdict('failed', delivered) })), more);
const paidRecord = (more: Partial<OrderRecord> = {}): OrderRecord =>
  withSchedule(createExampleRecord(createEntry({ verdict: createVerdict('paid', delivered) })), more);

/** Makes every check of a record at its time, and returns the pauses between them in minutes. */
function pausesOf(record: OrderRecord, checks: number): number[] {
  const pauses: number[] = [];
  let atMs = nowMs;
  for (let check = 0; check < checks; check += 1) {
    const nextMs = record.checkAtMs ?? NaN;
    pauses.push((nextMs - atMs) / minuteMs);
    atMs = nextMs;
    scheduleNextCheck(record, atMs);
  }
  return pauses;
}

describe('the pauses between the checks of an order', () => {
  test('that is open: ten, and then a day each', () => {
    const record = openRecord();
    scheduleCheck(record, nowMs);
    expect(pausesOf(record, 12)).toEqual([1, 1, 3, 10, 45, 120, 300, 960, 1440, 1440, 1440, 1440]);
  });

  test('that is being started: the same', () => {
    const record = { ...createExampleRecord(), starting: [reserved] };
    scheduleCheck(record, nowMs);
    expect(pausesOf(record, 4)).toEqual([1, 1, 3, 10]);
  });

  test.each(['failed', 'cancelled'] as const)('that was %s: four, and then a day each', (outcome) => {
    const record = createExampleRecord(createEntry({ verdict: createVerdict(outcome, delivered) }));
    rescheduleDecided(record, nowMs);
    expect(pausesOf(record, 6)).toEqual([60, 300, 1080, 2880, 1440, 1440]);
  });
});

describe('a check', () => {
  test('is scheduled in a minute, or in the time that is given, and restarts the schedule', () => {
    const later = openRecord({ checkAtMs: nowMs + hourMs, checkCount: 7, checksStartedAtMs: 1 });
    scheduleCheck(later, nowMs);
    expect(later).toMatchObject({ checkAtMs: nowMs + minuteMs, checkCount: 1, checksStartedAtMs: nowMs });
    const atOnce = openRecord({ checkCount: 7 });
    scheduleCheck(atOnce, nowMs, 0);
    expect(atOnce).toMatchObject({ checkAtMs: nowMs, checkCount: 0, checksStartedAtMs: nowMs });
  });

  test('that is due earlier stays where it is', () => {
    const record = openRecord({ checkAtMs: nowMs + 5 });
    scheduleCheck(record, nowMs);
    expect(record.checkAtMs).toBe(nowMs + 5);
  });

  test('is due at its time, not before, and never without one', () => {
    expect(isCheckDue(openRecord({ checkAtMs: nowMs }), nowMs)).toBe(true);
    expect(isCheckDue(openRecord({ checkAtMs: nowMs + 1 }), nowMs)).toBe(false);
    expect(isCheckDue(openRecord({ checkAtMs: null }), nowMs)).toBe(false);
    expect(isCheckDue(openRecord({ checkAtMs: null }), -1)).toBe(false);
  });

  test('that Plural asks for is due now, and keeps the place in its schedule', () => {
    const record = openRecord({ checkAtMs: nowMs + hourMs, checkCount: 5, checksStartedAtMs: 1 });
    requestCheck(record, nowMs);
    expect(record).toMatchObject({ checkAtMs: nowMs, checkCount: 5, checksStartedAtMs: 1 });
  });

  test('that Plural asks for and was due before keeps its time', () => {
    const record = openRecord({ checkAtMs: nowMs - 5, checkCount: 5 });
    requestCheck(record, nowMs);
    expect(record.checkAtMs).toBe(nowMs - 5);
  });

  test('that Plural asks for after the schedule ended restarts it', () => {
    const record = openRecord({ checkAtMs: null, checkCount: 11, checksStartedAtMs: 1 });
    requestCheck(record, nowMs);
    expect(record).toMatchObject({ checkAtMs: nowMs, checkCount: 0, checksStartedAtMs: nowMs });
  });

  test('whose order has just been read waits for the pause it is in', () => {
    const waits: [OrderRecord, number | null][] = [
      [openRecord({ checkCount: 0 }), minuteMs],
      [openRecord({ checkCount: 1 }), minuteMs],
      [openRecord({ checkCount: 4 }), 10 * minuteMs],
      [openRecord({ checkCount: 20 }), 24 * hourMs],
      [declinedRecord({ checkCount: 1 }), hourMs],
      [declinedRecord({ checkCount: 3 }), 18 * hourMs],
      [{ ...createExampleRecord(), starting: [reserved], checkCount: 1 }, minuteMs],
      [paidRecord({ checkCount: 1 }), null],
    ];
    for (const [record, pauseMs] of waits) {
      const count = record.checkCount;
      postponeCheck(record, nowMs);
      expect(record.checkAtMs).toBe(pauseMs === null ? null : nowMs + pauseMs);
      expect(record.checkCount).toBe(count);
    }
  });
});

describe('the schedule of an order ends', () => {
  const over = { checkAtMs: nowMs + hourMs, checkCount: 11, checksStartedAtMs: nowMs - 72 * hourMs };

  test('after its ten checks and 72 hours, and says whether a payment is open', () => {
    const record = openRecord({ ...over, starting: [reserved] });
    expect(endChecks(record, nowMs)).toEqual({ stillOpen: true });
    expect(record).toMatchObject({ checkAtMs: null, starting: [] });
  });

  test.each<[string, Partial<OrderRecord>]>([
    ['while a check remains', { ...over, checkCount: 10 }],
    ['before 72 hours are over', { ...over, checksStartedAtMs: nowMs - 72 * hourMs + 1 }],
    ['twice', { ...over, checkAtMs: null }],
  ])('but not %s', (_title, more) => {
    const record = openRecord({ ...more, starting: [reserved] });
    const before = structuredClone(record);
    expect(endChecks(record, nowMs)).toBeUndefined();
    expect(record).toEqual(before);
  });

  test('after four checks where a payment was declined', () => {
    expect(endChecks(declinedRecord({ ...over, checkCount: 5 }), nowMs)).toEqual({ stillOpen: false });
    expect(endChecks(declinedRecord({ ...over, checkCount: 4 }), nowMs)).toBeUndefined();
  });

  test('and says so where only one of its payments is open', () => {
    const failed = createEntry({ paymentId: 'p-2', verdict: createVerdict('failed', delivered) });
    const superseded = createEntry({ paymentId: 'p-3', superseded: true });
    const record = withSchedule(createExampleRecord(failed, superseded, createEntry()), over);
    expect(endChecks(record, nowMs)).toEqual({ stillOpen: true });
  });

  test('without a word about a payment that another one superseded', () => {
    const record = withSchedule(createExampleRecord(createEntry({ superseded: true })), over);
    expect(endChecks(record, nowMs)).toEqual({ stillOpen: false });
  });
});

describe('once every payment is decided', () => {
  test('a paid order is checked no more, a declined one in an hour', () => {
    const paid = paidRecord({ checkAtMs: nowMs + 5 });
    rescheduleDecided(paid, nowMs);
    expect(paid.checkAtMs).toBeNull();
    const declined = declinedRecord({ checkAtMs: nowMs + 5, checkCount: 7 });
    rescheduleDecided(declined, nowMs);
    expect(declined).toMatchObject({ checkAtMs: nowMs + hourMs, checkCount: 1, checksStartedAtMs: nowMs });
  });

  test('one that was paid after a declined payment is checked as a declined one', () => {
    const record = createExampleRecord(
      createEntry({ verdict: createVerdict('failed', delivered) }),
      createEntry({ paymentId: 'p-2', verdict: createVerdict('paid', delivered) }),
    );
    rescheduleDecided(record, nowMs);
    expect(record.checkAtMs).toBe(nowMs + hourMs);
  });

  test('an order with a payment that is open, or being started, keeps its schedule', () => {
    for (const record of [
      withSchedule(createExampleRecord(createEntry({ verdict: createVerdict('failed') }), createEntry()), {}),
      paidRecord({ starting: [reserved] }),
    ]) {
      record.checkAtMs = nowMs + 5;
      rescheduleDecided(record, nowMs);
      expect(record.checkAtMs).toBe(nowMs + 5);
    }
  });
});

describe('nothing is left to learn of an order', () => {
  test.each<[string, boolean, OrderRecord]>([
    ['that is paid and delivered', true, paidRecord()],
    ['that is paid and undelivered', false, createExampleRecord(createEntry({ verdict: createVerdict('paid') }))],
    [
      'that is authorized',
      false,
      createExampleRecord(createEntry({ verdict: createVerdict('authorized', delivered) })),
    ],
    ['that failed', false, declinedRecord()],
    ['that is open', false, openRecord()],
    ['with a payment that is being started', false, paidRecord({ starting: [reserved] })],
    [
      'of which one payment is paid and one failed',
      false,
      createExampleRecord(
        createEntry({ verdict: createVerdict('paid', delivered) }),
        createEntry({ verdict: createVerdict('failed', delivered) }),
      ),
    ],
  ])('%s: %s', (_title, expected, record) => {
    expect(isSettled(record)).toBe(expected);
  });
});

describe('a record is due', () => {
  const undelivered = (deliverAtMs: number): OrderRecord =>
    createExampleRecord(createEntry({ verdict: createVerdict('paid', { deliverAtMs }) }));

  test('at its next check or its next delivery, whichever is first', () => {
    expect(getDueAtMs(withSchedule(undelivered(10), { checkAtMs: 20 }))).toBe(10);
    expect(getDueAtMs(withSchedule(undelivered(20), { checkAtMs: 10 }))).toBe(10);
    expect(getDueAtMs(withSchedule(undelivered(20), { checkAtMs: null }))).toBe(20);
    expect(getDueAtMs(paidRecord({ checkAtMs: 10 }))).toBe(10);
    expect(getDueAtMs(paidRecord({ checkAtMs: null }))).toBeNull();
  });
});
