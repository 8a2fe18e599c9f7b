import { describe, expect, test } from 'vitest';
import type { OrderRecord, PaymentEntry, StartReservation } from '../../src/payment/order-record.ts';
import {
  expandRecord,
  getKeepSeconds,
  getReferenceKeepSeconds,
  stringifyRecord,
} from '../../src/payment/record-serialization.ts';
import { createEntry, createExampleRecord, createVerdict, exampleAmount } from '../support/record-fixtures.ts';

const delivered = { deliveredAtMs: 5 };
const failed = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ paymentId, verdict: createVerdict('failed', delivered), ...more });

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
    const parsed = JSON.parse(stringifyRecord(record)) as OrderRecord;
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
    expect(stringifyRecord(record)).toBe(JSON.stringify(record));
    expect(reread(record)).toEqual(JSON.parse(JSON.stringify(record)));
  });

  test('a record in which a payment is being started is kept as an open one', () => {
    expect(getKeepSeconds({ ...finished(), starting: [reserved] }, 30)).toBe(90 * 86_400);
  });

  test('is taken by a payment that failed and was delivered while the record is not finished, but for its method', () => {
    const display = { lastDigits: '1112', amount: exampleAmount };
    const over = failed('a', {
      display,
      submits: 3,
      idempotencyKeys: ['k'],
      resendAtMs: 7,
      shown: true,
      stage: 'exhausted',
    });
    const open = createEntry({ submits: 2, idempotencyKeys: ['k'] });
    const record = createExampleRecord(over, open);
    const { submits: _s, resends: _r, resendOffered: _o, idempotencyKeys: _k, ...rest } = over;
    const { resendAtMs: _at, shown: _shown, ...small } = rest;
    // The amount is that of the payment, unless a fee was added.
    const stored = { ...small, display: { lastDigits: '1112' } };
    expect(JSON.parse(stringifyRecord(record))).toEqual({ ...record, payments: [stored, open] });
    expect(reread(record).payments).toEqual([
      { ...small, submits: 0, resends: 0, resendOffered: false, idempotencyKeys: [] },
      open,
    ]);
    const undelivered = createExampleRecord(createEntry({ submits: 3, verdict: createVerdict('failed') }));
    expect(stringifyRecord(undelivered)).toBe(JSON.stringify(undelivered));
  });

  test('of a payment with a fee keeps the amount that was shown', () => {
    const display = { amount: { value: 36_000, currency: 'INR' }, fee: { value: 1000, currency: 'INR' } };
    expect(reread(createExampleRecord(failed('a', { display }), createEntry())).payments[0]?.display).toEqual(display);
  });
});
