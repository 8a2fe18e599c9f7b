import { describe, expect, test } from 'vitest';
import type { OrderRecord, PaymentEntry, StartReservation } from '../../src/payment/order-record.ts';
import {
  expandRecord,
  getKeepSeconds,
  getReferenceKeepSeconds,
  serializeRecord,
} from '../../src/payment/record-serialization.ts';
import { createEntry, createExampleRecord, createVerdict, exampleAmount } from '../support/record-fixtures.ts';

const delivered = { deliveredAtMs: 5 };
const failed = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ paymentId, verdict: createVerdict('failed', delivered), ...more });
const ids = (record: OrderRecord): string[] => record.payments.map(({ paymentId }) => paymentId);

describe('a record is kept', () => {
  test.each<[string, number, PaymentEntry[]]>([
    ['with an open payment', 90, [failed('a'), createEntry()]],
    ['with an undelivered verdict', 90, [failed('a'), createEntry({ verdict: createVerdict('paid') })]],
    ['with every verdict delivered', 30, [failed('a'), createEntry({ verdict: createVerdict('paid', delivered) })]],
  ])('%s for %i days', (_title, days, payments) => {
    expect(getKeepSeconds(createExampleRecord(...payments), 30)).toBe(days * 86_400);
  });

  test('as long as the shop wants, and an open one never shorter', () => {
    const finished = createExampleRecord(createEntry({ verdict: createVerdict('paid', delivered) }));
    const open = createExampleRecord(createEntry());
    expect([7, 120].map((days) => getKeepSeconds(finished, days) / 86_400)).toEqual([7, 120]);
    expect([7, 120].map((days) => getKeepSeconds(open, days) / 86_400)).toEqual([90, 120]);
    expect(getReferenceKeepSeconds(30) / 86_400).toBe(37);
  });
});

describe('a record that is too large', () => {
  // A check is scheduled, so none of these has the small form.
  const checkedRecord = (...payments: PaymentEntry[]): OrderRecord => ({
    ...createExampleRecord(...payments),
    checkAtMs: 1,
  });
  // 3 of these are over 8 KiB, 2 are not.
  const url = `https://bank.example/${'x'.repeat(2500)}`;
  const name = 'x'.repeat(2500);
  const large = { display: { merchantName: name } };

  test('forgets the oldest payment that failed and was delivered, and no more than it must', () => {
    const record = checkedRecord(failed('a', large), failed('b', large), failed('c', large));
    expect(serializeRecord(record)).toBe(JSON.stringify(record));
    expect(ids(record)).toEqual(['b', 'c']);
  });

  test('never forgets one that is open, undelivered, paid, authorized or cancelled', () => {
    for (const kept of [
      createEntry({ paymentId: 'k', ...large }),
      createEntry({ paymentId: 'k', ...large, verdict: createVerdict('failed') }),
      createEntry({ paymentId: 'k', ...large, verdict: createVerdict('paid', delivered) }),
      createEntry({ paymentId: 'k', ...large, verdict: createVerdict('authorized', delivered) }),
      createEntry({ paymentId: 'k', ...large, verdict: createVerdict('cancelled', delivered) }),
    ]) {
      const record = checkedRecord(kept, failed('b', large), failed('c', large));
      expect(serializeRecord(record)).toBeDefined();
      expect(ids(record)).toEqual(['k', 'c']);
    }
  });

  test('then forgets the URLs of bank pages, the oldest first, which sessions hold too', () => {
    const record = checkedRecord(
      createEntry({ paymentId: 'a' }),
      createEntry({ paymentId: 'b', challengeUrl: url }),
      createEntry({ paymentId: 'c', challengeUrl: url }),
      createEntry({ paymentId: 'd', challengeUrl: url }),
    );
    expect(serializeRecord(record)).toBe(JSON.stringify(record));
    expect(record.payments.map(({ challengeUrl }) => challengeUrl)).toEqual([undefined, undefined, url, url]);
  });

  test('forgets a failed payment before a URL', () => {
    const record = checkedRecord(
      createEntry({ paymentId: 'a', challengeUrl: url }),
      failed('b', large),
      createEntry({ paymentId: 'c', ...large }),
    );
    expect(serializeRecord(record)).toBeDefined();
    expect(ids(record)).toEqual(['a', 'c']);
    expect(record.payments[0]?.challengeUrl).toBe(url);
  });

  test('is not saved where that does not suffice', () => {
    const three = ['a', 'b', 'c'].map((paymentId) => createEntry({ paymentId, ...large }));
    expect(serializeRecord(checkedRecord(...three))).toBeUndefined();
  });

  test('is measured in bytes, of which a letter outside ASCII has several', () => {
    const ofLetters = (letter: string, count: number): OrderRecord =>
      checkedRecord(createEntry({ display: { merchantName: letter.repeat(count) } }));
    const overhead = JSON.stringify(ofLetters('', 0)).length;
    expect(serializeRecord(ofLetters('x', 8192 - overhead))).toBeDefined();
    expect(serializeRecord(ofLetters('x', 8193 - overhead))).toBeUndefined();
    expect(serializeRecord(ofLetters('ह', 2600))).toBeUndefined();
  });
});

describe('the small form of a finished record', () => {
  const finished = (): OrderRecord =>
    createExampleRecord(
      createEntry({
        stage: 'exhausted',
        idempotencyKeys: ['k'],
        misses: 2,
        submits: 3,
        verdict: createVerdict('paid', delivered),
      }),
    );
  const reserved: StartReservation = {
    merchantPaymentReference: 'pay-2',
    reference: 'R-2',
    amount: exampleAmount,
    startedAtMs: 1,
    activeUntilMs: 1,
    nativeOtpFrom: 'unknown',
    display: {},
  };
  const reread = (record: OrderRecord): OrderRecord => {
    const parsed = JSON.parse(serializeRecord(record) ?? '') as OrderRecord;
    expandRecord(parsed);
    return parsed;
  };

  test('is read as a payment that is over: nothing in flight, nothing counted, no OTP to request', () => {
    const { checksStartedAtMs: _started, ...record } = finished();
    expect(reread(finished())).toEqual({
      ...record,
      isSmall: undefined,
      checksStartedAtMs: 0,
      payments: [
        createEntry({
          stage: 'exhausted',
          misses: 2,
          generates: 0,
          resendOffered: false,
          nativeOtp: false,
          nativeOtpFrom: 'unknown',
          verdict: createVerdict('paid', delivered),
        }),
      ],
    });
    const other = reread(createExampleRecord(createEntry({ verdict: createVerdict('paid', delivered) })));
    expect(other.payments[0]?.stage).toBe('ready');
  });

  test.each<[string, Partial<OrderRecord>]>([
    ['a payment is being started', { starting: [reserved] }],
    ['a payment is open', { payments: [createEntry({ submits: 2 })] }],
    ['a verdict is undelivered', { payments: [createEntry({ submits: 2, verdict: createVerdict('paid') })] }],
    ['a check is scheduled', { checkAtMs: 0 }],
  ])('is not taken while %s: nothing is lost', (_title, more) => {
    const record = { ...finished(), ...more };
    expect(serializeRecord(record)).toBe(JSON.stringify(record));
    expect(reread(record)).toEqual(JSON.parse(JSON.stringify(record)));
  });

  test('a record in which a payment is being started is kept as an open one', () => {
    expect(getKeepSeconds({ ...finished(), starting: [reserved] }, 30)).toBe(90 * 86_400);
  });
});
