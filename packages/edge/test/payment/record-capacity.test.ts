import { describe, expect, test } from 'vitest';
import type { OrderRecord, PaymentEntry, StartReservation } from '../../src/payment/order-record.ts';
import { ensureCapacity, serializeRecord } from '../../src/payment/record-capacity.ts';
import { stringifyRecord } from '../../src/payment/record-serialization.ts';
import { createEntry, createExampleRecord, createVerdict, exampleAmount } from '../support/record-fixtures.ts';

const watchMs = 72 * 3_600_000;
const decidedAtMs = 1000;
const now = decidedAtMs + watchMs - 1;
const failed = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ paymentId, verdict: createVerdict('failed', { deliveredAtMs: 5, decidedAtMs }), ...more });
const open = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry => createEntry({ paymentId, ...more });
const many = (count: number, entry: (paymentId: string) => PaymentEntry): PaymentEntry[] =>
  Array.from({ length: count }, (_, index) => entry(`p-${index}`));
const ids = (record: OrderRecord): string[] => record.payments.map(({ paymentId }) => paymentId);
const reserved = (name: string): StartReservation => ({
  merchantPaymentReference: name,
  reference: `R-${name}`,
  amount: exampleAmount,
  startedAtMs: 1,
  activeUntilMs: 1,
  nativeOtpFrom: 'unknown',
  display: {},
});
const named = (length: number): Partial<PaymentEntry> => ({ display: { merchantName: 'x'.repeat(length) } });

/** Payments of every kind whose names and ids are kept. */
const kept = [
  createEntry({ paymentId: 'k' }),
  createEntry({ paymentId: 'k', verdict: createVerdict('failed') }),
  createEntry({ paymentId: 'k', verdict: createVerdict('paid', { deliveredAtMs: 5 }) }),
  createEntry({ paymentId: 'k', verdict: createVerdict('authorized', { deliveredAtMs: 5 }) }),
  createEntry({ paymentId: 'k', verdict: createVerdict('cancelled', { deliveredAtMs: 5 }) }),
];

describe('room for another payment', () => {
  test('is there for ten, counting those that are being started', () => {
    const nine = { ...createExampleRecord(...many(9, failed)), starting: [reserved('a')] };
    expect(ensureCapacity(nine, now)).toBe(true);
    expect(nine.payments).toHaveLength(9);
    expect(ensureCapacity({ ...nine, starting: [reserved('a'), reserved('b')] }, now)).toBe(false);
  });

  test('is not made of a payment that failed within three days, because it may turn out captured', () => {
    const record = { ...createExampleRecord(...many(10, failed)), starting: [reserved('a')] };
    expect(ensureCapacity(record, now)).toBe(false);
    expect(ids(record)).toHaveLength(10);
  });

  test('is made of the oldest that failed, were delivered, and were watched for three days', () => {
    const record = createExampleRecord(open('open'), ...many(9, failed));
    expect(ensureCapacity({ ...record, starting: [] }, now + 1)).toBe(true);
    expect(record.payments).toHaveLength(10);
    record.starting = [reserved('a'), reserved('b')];
    expect(ensureCapacity(record, now + 1)).toBe(true);
    expect(ids(record)).toEqual(['open', ...Array.from({ length: 7 }, (_, index) => `p-${index + 2}`)]);
  });

  test.each(kept)('is never made of another payment: %j', (entry) => {
    const record = { ...createExampleRecord(...many(10, () => entry)), starting: [reserved('a')] };
    expect(ensureCapacity(record, now + watchMs)).toBe(false);
  });

  test('by size is there for what can be saved once it has grown: the URL of a bank page, each start, each open payment', () => {
    const withName = (length: number, starts: number): OrderRecord => ({
      ...createExampleRecord(open('p', named(length))),
      starting: Array.from({ length: starts }, (_, index) => reserved(`s-${index}`)),
    });
    for (const starts of [1, 3]) {
      const overhead = JSON.stringify(withName(0, starts)).length;
      const room = 8192 - 2048 - starts * 1024 - 512 - overhead;
      expect(ensureCapacity(withName(room, starts), now)).toBe(true);
      expect(ensureCapacity(withName(room + 1, starts), now)).toBe(false);
    }
  });

  test('by size counts a payment that failed without its names, and one that may be forgotten not at all', () => {
    const record = {
      ...createExampleRecord(
        failed('a', named(4000)),
        failed('b', named(4000)),
        open('c', { challengeUrl: `https://bank.example/${'x'.repeat(4000)}` }),
      ),
      starting: [reserved('s')],
    };
    const before = structuredClone(record);
    expect(ensureCapacity(record, now)).toBe(true);
    expect(record).toEqual(before);
    const withIds = { ...record, payments: many(9, (id) => failed(id, { merchantPaymentReference: 'x'.repeat(400) })) };
    expect(ensureCapacity(withIds, now)).toBe(false);
    expect(ensureCapacity(withIds, now + 1)).toBe(true);
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
  const large = named(2500);
  const names = (record: OrderRecord): (string | undefined)[] =>
    record.payments.map(({ display }) => display.merchantName?.slice(0, 1));

  test('forgets the names of the oldest payment that failed and was delivered, and no more than it must', () => {
    const display = { ...large.display, amount: exampleAmount, lastDigits: '1112' };
    const record = checkedRecord(failed('a', { display }), failed('b', large), failed('c', large));
    expect(serializeRecord(record)).toBe(stringifyRecord(record));
    expect(ids(record)).toEqual(['a', 'b', 'c']);
    expect(names(record)).toEqual([undefined, 'x', 'x']);
    expect(record.payments[0]?.display).toEqual({ amount: exampleAmount, lastDigits: '1112' });
  });

  test.each(kept)('keeps the names of another payment: %j', (entry) => {
    const record = checkedRecord({ ...entry, ...large }, failed('b', large), failed('c', large));
    expect(serializeRecord(record)).toBeDefined();
    expect(names(record)).toEqual(['x', undefined, 'x']);
  });

  test('then forgets the URLs of bank pages, the oldest first, which sessions hold too', () => {
    const linked = (paymentId: string): PaymentEntry => open(paymentId, { challengeUrl: url });
    const record = checkedRecord(open('a'), linked('b'), linked('c'), linked('d'));
    expect(serializeRecord(record)).toBe(JSON.stringify(record));
    expect(record.payments.map(({ challengeUrl }) => challengeUrl)).toEqual([undefined, undefined, url, url]);
  });

  test('forgets a payment that failed after everything else, and the oldest first', () => {
    const bulky = { merchantPaymentReference: 'x'.repeat(2500) };
    const record = checkedRecord(failed('a', bulky), failed('b', bulky), open('c', { ...bulky, challengeUrl: url }));
    expect(serializeRecord(record)).toBeDefined();
    expect(ids(record)).toEqual(['b', 'c']);
    expect(record.payments[1]?.challengeUrl).toBeUndefined();
  });

  test('is not saved where that does not suffice', () => {
    expect(serializeRecord(checkedRecord(...['a', 'b', 'c'].map((id) => open(id, large))))).toBeUndefined();
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
