import { describe, expect, test } from 'vitest';
import type { OrderRecord, StartReservation } from '../../src/payment/order-record.ts';
import {
  adoptPayments,
  findPaymentByReference,
  findReservedPayment,
  resolveNativeOtp,
  type AdoptionContext,
} from '../../src/payment/payment-entry.ts';
import {
  createEntry,
  createExampleRecord,
  createOrder,
  createPayment,
  createVerdict,
  exampleAmount,
} from '../support/record-fixtures.ts';

const bankUrl = 'https://bank.example/acs';
const reserved = (more: Partial<StartReservation> = {}): StartReservation => ({
  merchantPaymentReference: 'pay-1',
  reference: 'R-1',
  amount: exampleAmount,
  startedAtMs: 1,
  activeUntilMs: 1,
  nativeOtp: true,
  nativeOtpFrom: 'cardDetails',
  display: { merchantName: 'Shop', network: 'VISA', issuer: 'HDFC', lastDigits: '1112' },
  ...more,
});
const startingRecord = (...starting: StartReservation[]): OrderRecord => ({ ...createExampleRecord(), starting });
const paid = createPayment('PROCESSED', 'p-1', { merchant_payment_reference: 'pay-1' });
const adopt = (
  record: OrderRecord,
  order = createOrder('PENDING', paid),
  more: Partial<AdoptionContext> = {},
): boolean => adoptPayments(record, order, { challengeUrl: bankUrl, savedReferences: new Set(), nowMs: 7000, ...more });

describe('a payment that was reserved', () => {
  test('enters its record with the facts of its reservation, and nothing counted', () => {
    const record = startingRecord(reserved());
    expect(adopt(record)).toBe(true);
    expect(record.starting).toEqual([]);
    expect(record.payments).toEqual([
      {
        paymentId: 'p-1',
        reference: 'R-1',
        referenceUnsaved: true,
        merchantPaymentReference: 'pay-1',
        amount: exampleAmount,
        startedAtMs: 7000,
        nativeOtp: true,
        nativeOtpFrom: 'cardDetails',
        challengeUrl: bankUrl,
        display: {
          merchantName: 'Shop',
          network: 'VISA',
          issuer: 'HDFC',
          lastDigits: '1112',
          amount: exampleAmount,
        },
        stage: 'ready',
        idempotencyKeys: [],
        generates: 0,
        submits: 0,
        resends: 0,
        misses: 0,
        resendOffered: true,
      },
    ]);
  });

  test('waits for an order that shows it, and changes nothing until then', () => {
    const record = startingRecord(reserved(), reserved({ merchantPaymentReference: 'pay-2', reference: 'R-2' }));
    expect(adopt(record, createOrder('CREATED'))).toBe(false);
    expect(record.starting).toHaveLength(2);
    expect(adopt(record)).toBe(true);
    expect(record.starting.map(({ reference }) => reference)).toEqual(['R-2']);
    expect(record.payments.map(({ reference }) => reference)).toEqual(['R-1']);
  });

  test('is found by its id where that is known, else by the reference of the merchant', () => {
    const order = createOrder('PENDING', createPayment('PENDING', 'p-0'), paid);
    expect(findReservedPayment(order, reserved())?.id).toBe('p-1');
    expect(findReservedPayment(order, reserved({ paymentId: 'p-0' }))?.id).toBe('p-0');
    expect(findReservedPayment(order, reserved({ paymentId: 'p-9' }))).toBeUndefined();
    expect(findReservedPayment(order, reserved({ merchantPaymentReference: 'x' }))).toBeUndefined();
    expect(findPaymentByReference(order, 'pay-1')?.id).toBe('p-1');
  });

  test('is recorded once: one that the record has keeps its attempts', () => {
    const record = { ...createExampleRecord(createEntry({ submits: 3 })), starting: [reserved()] };
    adopt(record);
    expect(record.payments).toHaveLength(1);
    expect(record.payments[0]?.submits).toBe(3);
    expect(record.starting).toEqual([]);
  });

  test('has the amount that was requested, and no other member of it', () => {
    const record = startingRecord(reserved({ amount: { ...exampleAmount, more: 1 } as typeof exampleAmount }));
    adopt(record);
    expect(record.payments[0]?.amount).toEqual(exampleAmount);
  });
});

describe('the URL of the bank’s page', () => {
  test('is that of the newest payment: an older one has it no more', () => {
    const older = createEntry({ paymentId: 'p-0', challengeUrl: 'https://bank.example/older' });
    const record = { ...createExampleRecord(older), starting: [reserved()] };
    adopt(record, createOrder('PENDING', createPayment('PENDING', 'p-0'), paid));
    expect(record.payments.map(({ challengeUrl }) => challengeUrl)).toEqual([undefined, bankUrl]);
  });

  test('that was not allowed before is added once', () => {
    const record = createExampleRecord(createEntry());
    expect(adopt(record)).toBe(true);
    expect(record.payments[0]?.challengeUrl).toBe(bankUrl);
    expect(adopt(record)).toBe(false);
  });

  test('that is known stays', () => {
    const record = createExampleRecord(createEntry({ challengeUrl: 'https://bank.example/first' }));
    expect(adopt(record)).toBe(false);
    expect(record.payments[0]?.challengeUrl).toBe('https://bank.example/first');
  });

  test.each<[string, OrderRecord, ReturnType<typeof createOrder>, Partial<AdoptionContext>]>([
    [
      'an order without one',
      createExampleRecord(createEntry()),
      createOrder('PENDING', paid),
      { challengeUrl: undefined },
    ],
    ['a record without a payment', createExampleRecord(), createOrder('PENDING', paid), {}],
    [
      'a payment with a verdict',
      createExampleRecord(createEntry({ verdict: createVerdict('failed') })),
      createOrder('PENDING', paid),
      {},
    ],
    [
      'an order whose newest payment is another',
      createExampleRecord(createEntry()),
      createOrder('PENDING', paid, createPayment('PENDING', 'p-2')),
      {},
    ],
    ['an order without a payment', createExampleRecord(createEntry()), createOrder('PENDING'), {}],
  ])('is not taken from %s', (_title, record, order, more) => {
    const before = structuredClone(record);
    expect(adopt(record, order, more)).toBe(false);
    expect(record).toEqual(before);
  });
});

describe('a reference', () => {
  test('that is saved by now is noted once, and no other', () => {
    const record = createExampleRecord(
      createEntry({ referenceUnsaved: true, challengeUrl: bankUrl }),
      createEntry({ paymentId: 'p-2', reference: 'R-2', referenceUnsaved: true, challengeUrl: bankUrl }),
      createEntry({ paymentId: 'p-3', reference: 'R-3', challengeUrl: bankUrl }),
    );
    const more = { savedReferences: new Set(['R-2', 'R-3']) };
    expect(adopt(record, createOrder('PENDING'), more)).toBe(true);
    expect(record.payments.map(({ referenceUnsaved }) => referenceUnsaved)).toEqual([true, undefined, undefined]);
    expect(adopt(record, createOrder('PENDING'), more)).toBe(false);
  });

  test('of a payment that is adopted now is noted with it', () => {
    const record = startingRecord(reserved());
    adopt(record, undefined, { savedReferences: new Set(['R-1']) });
    expect(record.payments[0]?.referenceUnsaved).toBeUndefined();
  });
});

describe('what the customer is shown', () => {
  const shown = (more: Partial<typeof paid>, start: Partial<StartReservation> = {}) => {
    const record = startingRecord(reserved(start));
    adopt(record, createOrder('PENDING', { ...paid, ...more }));
    return record.payments[0]?.display;
  };
  const money = (value: number, currency = 'INR') => ({ value, currency });
  const fee = (value: number, currency?: string) => ({
    convenience_fee_breakdown: { applicable_fee_amount: money(value, currency) },
  });

  test('the amount includes the fee, which is shown as well', () => {
    expect(shown({ payment_amount: money(35_000), ...fee(700) })).toMatchObject({
      amount: money(35_700),
      fee: money(700),
    });
  });

  test.each([
    ['of another currency', fee(700, 'USD')],
    ['of nothing', fee(0)],
    ['below nothing', fee(-700)],
    ['that is absent', { convenience_fee_breakdown: {} }],
  ])('a fee %s is none', (_title, more) => {
    const display = shown(more);
    expect(display?.amount).toEqual(exampleAmount);
    expect(display).not.toHaveProperty('fee');
  });

  test.each([
    ['is absent', undefined],
    ['is no whole number', money(350.5)],
    ['is no number', money(Number.NaN)],
    ['is in a currency of another shape', money(100, 'RUPEE')],
    ['is in a currency with something before it', money(100, '1INR')],
    ['is in a currency in lower case', money(100, 'inr')],
  ])('an amount that %s is the one that was requested', (_title, amount) => {
    expect(shown({ payment_amount: amount })?.amount).toEqual(exampleAmount);
  });

  test('the amount of the order is shown where it can be read', () => {
    expect(shown({ payment_amount: money(100, 'USD') })?.amount).toEqual(money(100, 'USD'));
  });

  test('network and issuer are those of the order, else those of the lookup', () => {
    const card = { network_name: 'RUPAY', issuer_name: 'SBI' };
    expect(shown({ payment_option: { card_data: card } })).toMatchObject({ network: 'RUPAY', issuer: 'SBI' });
    const empty = { network_name: '', issuer_name: '' };
    expect(shown({ payment_option: { card_data: empty } })).toMatchObject({ network: 'VISA', issuer: 'HDFC' });
    expect(shown({ payment_option: {} })).toMatchObject({ network: 'VISA', issuer: 'HDFC' });
    expect(shown({}, { display: {} })).toEqual({ amount: exampleAmount });
  });

  test.each([
    '4012001037141112',
    '4012 0010 3714 1112',
    '4012.0010/3714-1112',
    'Bank 401200103714',
    '٤٠١٢٠٠١٠٣٧١٤١١١٢',
  ])('a name that could hold a card number (%s) is none', (name) => {
    const card = { network_name: name, issuer_name: name };
    expect(shown({ payment_option: { card_data: card } })).toMatchObject({ network: 'VISA', issuer: 'HDFC' });
    expect(shown({ payment_option: { card_data: card } }, { display: {} })).toEqual({ amount: exampleAmount });
  });

  test('a name with up to 11 digits stays, such as one with a telephone number', () => {
    const card = { network_name: 'VISA 1', issuer_name: 'HDFC +91 900 000 000' };
    expect(shown({ payment_option: { card_data: card } })).toMatchObject({
      network: 'VISA 1',
      issuer: 'HDFC +91 900 000 000',
    });
  });

  test('names are cut after 100 characters', () => {
    const card = { network_name: 'n'.repeat(101), issuer_name: 'i'.repeat(101) };
    expect(shown({ payment_option: { card_data: card } })).toMatchObject({
      network: 'n'.repeat(100),
      issuer: 'i'.repeat(100),
    });
  });
});

describe('whether a payment takes an OTP here', () => {
  const eligible = (flag: boolean | undefined) =>
    createPayment('PENDING', 'p-1', { payment_option: { card_data: { is_native_otp_eligible: flag } } });
  test.each([
    ['the reservation says yes', true, eligible(false), true, 'caller'],
    ['the reservation says no', false, eligible(true), false, 'caller'],
    ['only the order says yes', undefined, eligible(true), true, 'order'],
    ['only the order says no', undefined, eligible(false), false, 'order'],
    ['nobody says it', undefined, createPayment('PENDING'), false, 'unknown'],
    [
      'the order says nothing of the card',
      undefined,
      createPayment('PENDING', 'p-1', { payment_option: {} }),
      false,
      'unknown',
    ],
    ['there is no payment', undefined, undefined, false, 'unknown'],
  ] as const)('%s', (_title, known, payment, nativeOtp, nativeOtpFrom) => {
    expect(resolveNativeOtp(known, 'caller', payment)).toEqual({ nativeOtp, nativeOtpFrom });
  });
});
