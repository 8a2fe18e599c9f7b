import { describe, expect, test } from 'vitest';
import {
  createRecord,
  findEntry,
  findLeadingEntry,
  requireEntry,
  toVerdictKey,
  type PaymentEntry,
} from '../../src/payment/order-record.ts';
import { createEntry, createExampleRecord, createOrder, createVerdict } from '../support/record-fixtures.ts';

const delivered = { deliveredAtMs: 5 };
const failed = (paymentId: string, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ paymentId, verdict: createVerdict('failed', delivered), ...more });
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
