import { describe, expect, test } from 'vitest';
import {
  createRecord,
  ensureCapacity,
  findEntry,
  findLeadingEntry,
  requireEntry,
  toVerdictKey,
  type OrderRecord,
  type PaymentEntry,
  type StartReservation,
} from '../../src/payment/order-record.ts';
import {
  createEntry,
  createExampleRecord,
  createOrder,
  createVerdict,
  exampleAmount,
} from '../support/record-fixtures.ts';

const delivered = { deliveredAtMs: 5 };
const failed = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ paymentId, verdict: createVerdict('failed', delivered), ...more });
const ids = (record: OrderRecord): string[] => record.payments.map(({ paymentId }) => paymentId);
const reserved = (name: string, more: Partial<StartReservation> = {}): StartReservation => ({
  merchantPaymentReference: name,
  reference: `R-${name}`,
  amount: exampleAmount,
  startedAtMs: 1,
  activeUntilMs: 1,
  nativeOtpFrom: 'unknown',
  display: {},
  ...more,
});

describe('a new record', () => {
  test('has no payment, no check, and the names of its order', () => {
    const order = { ...createOrder('CREATED'), merchant_order_reference: 'cart-7', pre_auth: true };
    expect(createRecord(order, 77)).toEqual({
      version: 2,
      orderId: 'o-1',
      merchantOrderReference: 'cart-7',
      preAuth: true,
      revision: 0,
      writeId: '',
      payments: [],
      starting: [],
      checkAtMs: null,
      checkCount: 0,
      checksStartedAtMs: 77,
    });
  });

  test('of an order without a reference, and without pre_auth, has an empty one and is not pre-authorized', () => {
    expect(createRecord(createOrder('CREATED'), 0)).toMatchObject({ merchantOrderReference: '', preAuth: false });
    expect(createRecord({ ...createOrder('CREATED'), pre_auth: false }, 0).preAuth).toBe(false);
  });
});

describe('the payment that speaks for its order', () => {
  const paid = createEntry({ paymentId: 'paid', verdict: createVerdict('paid') });
  const authorized = createEntry({ paymentId: 'authorized', verdict: createVerdict('authorized') });
  const open = createEntry({ paymentId: 'open' });
  test.each([
    ['the paid one, before an authorized and a newer one', [failed('f'), authorized, paid, open], 'paid'],
    ['the authorized one, before a newer one', [failed('f'), authorized, failed('g')], 'authorized'],
    ['else the newest', [open, failed('f')], 'f'],
    ['none where there is none', [], undefined],
  ])('is %s', (_title, payments, expected) => {
    expect(findLeadingEntry(createExampleRecord(...payments))?.paymentId).toBe(expected);
  });
});

describe('the entry of a payment', () => {
  const record = createExampleRecord(failed('a'), failed('b'));

  test('is found by its id', () => {
    expect(findEntry(record, 'b')?.paymentId).toBe('b');
    expect(findEntry(record, 'c')).toBeUndefined();
    expect(findEntry(undefined, 'b')).toBeUndefined();
    expect(requireEntry(record, 'a').paymentId).toBe('a');
  });

  test.each([record, undefined])(
    'that was lost is STORE_FAILED, because its attempts would count from zero',
    (from) => {
      expect(() => requireEntry(from, 'c')).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    },
  );

  test('has one key for each verdict', () => {
    expect(toVerdictKey(failed('a'))).toBe('a:failed');
    expect(toVerdictKey(createEntry({ paymentId: 'a', verdict: createVerdict('paid') }))).toBe('a:paid');
  });
});

describe('room for another payment', () => {
  const many = (count: number, entry: (paymentId: string) => PaymentEntry): PaymentEntry[] =>
    Array.from({ length: count }, (_, index) => entry(`p-${index}`));

  test('is there for ten, counting those that are being started', () => {
    const open = (paymentId: string): PaymentEntry => createEntry({ paymentId });
    const nine = { ...createExampleRecord(...many(9, open)), starting: [reserved('a')] };
    expect(ensureCapacity(nine)).toBe(true);
    expect(nine.payments).toHaveLength(9);
    const ten = { ...createExampleRecord(...many(10, open)), starting: [reserved('a')] };
    expect(ensureCapacity(ten)).toBe(false);
  });

  test('is made at the cost of the oldest that failed and was delivered', () => {
    const record = createExampleRecord(createEntry({ paymentId: 'open' }), ...many(9, failed));
    expect(ensureCapacity({ ...record, starting: [] })).toBe(true);
    expect(record.payments).toHaveLength(10);
    record.starting = [reserved('a'), reserved('b')];
    expect(ensureCapacity(record)).toBe(true);
    expect(ids(record)).toEqual(['open', ...Array.from({ length: 7 }, (_, index) => `p-${index + 2}`)]);
  });

  test('by size is there only for what can be saved once it has grown: the URL of a bank page, and 1 KiB for each start', () => {
    const withName = (length: number, starts: number): OrderRecord => ({
      ...createExampleRecord(createEntry({ display: { merchantName: 'x'.repeat(length) } })),
      starting: Array.from({ length: starts }, (_, index) => reserved(`s-${index}`)),
    });
    for (const starts of [1, 3]) {
      const overhead = JSON.stringify(withName(0, starts)).length;
      const room = 8192 - 2048 - starts * 1024 - overhead;
      expect(ensureCapacity(withName(room, starts))).toBe(true);
      expect(ensureCapacity(withName(room + 1, starts))).toBe(false);
    }
  });

  test('by size does not count what may be forgotten, and forgets nothing yet', () => {
    const large = { display: { merchantName: 'x'.repeat(2500) } };
    const record = {
      ...createExampleRecord(
        failed('a', large),
        failed('b', large),
        createEntry({ paymentId: 'c', challengeUrl: `https://bank.example/${'x'.repeat(4000)}` }),
      ),
      starting: [reserved('s')],
    };
    const before = structuredClone(record);
    expect(ensureCapacity(record)).toBe(true);
    expect(record).toEqual(before);
  });
});
