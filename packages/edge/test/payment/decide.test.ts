import type { Order } from '@plural-otp/core';
import { decide, type Decision, type DecidedPayment } from '@plural-otp/edge';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const started: DecidedPayment = {
  paymentId: 'this',
  amount: { value: 35_000, currency: 'INR' },
  hasUnconfirmedSubmit: false,
  misses: 0,
};

interface Case {
  payment?: string;
  order: string;
  preAuth?: boolean;
  value?: number;
  currency?: string;
  other?: string;
  entry?: Partial<DecidedPayment>;
}

function orderOf({ payment, order, preAuth = false, value = 35_000, currency = 'INR', other }: Case): Order {
  const payment_amount = { value, currency };
  return {
    order_id: 'v1-order',
    status: order,
    pre_auth: preAuth,
    order_amount: { value: 35_000, currency: 'INR' },
    payments: [
      ...(other === undefined
        ? []
        : [{ id: 'other', status: other, payment_amount: { value: 35_000, currency: 'INR' } }]),
      ...(payment === undefined ? [] : [{ id: 'this', status: payment, payment_amount }]),
    ],
  };
}

const paid: Decision = { phase: 'authorized', verdict: { outcome: 'paid', orderOpen: false } };
const authorized: Decision = { phase: 'authorized', verdict: { outcome: 'authorized', orderOpen: false } };
const cancelled: Decision = { phase: 'failed', verdict: { outcome: 'cancelled', orderOpen: false } };
const failed = (orderOpen: boolean): Decision => ({ phase: 'failed', verdict: { outcome: 'failed', orderOpen } });
const held = (why: NonNullable<Decision['holdReason']>): Decision => ({ phase: 'confirming', holdReason: why });
const asRecorded: Decision = {};
const refused: Decision = { phase: 'awaitingOtp', problem: 'OTP_NOT_ACCEPTED' };
const superseded: Decision = { phase: 'superseded' };

const table: [Case, Decision][] = [
  [{ payment: 'PROCESSED', order: 'PROCESSED' }, paid],
  [{ payment: 'PROCESSED', order: 'PARTIALLY_REFUNDED' }, paid],
  [{ payment: 'PROCESSED', order: 'FULLY_REFUNDED' }, paid],
  [{ payment: 'processed', order: 'Processed' }, paid],
  [{ payment: 'PROCESSED', order: 'PROCESSED', preAuth: true }, paid],
  [{ payment: 'PROCESSED', order: 'PROCESSED', other: 'FAILED' }, paid],
  [{ payment: 'PROCESSED', order: 'PROCESSED', other: 'PROCESSED' }, paid],
  [{ payment: 'PROCESSED', order: 'PENDING' }, held('STATUS_UNKNOWN')],
  [{ payment: 'PROCESSED', order: 'CANCELLED' }, cancelled],
  [{ payment: 'AUTHORIZED', order: 'AUTHORIZED', preAuth: true }, authorized],
  [{ payment: 'AUTHORIZED', order: 'PENDING', preAuth: true }, held('STATUS_UNKNOWN')],
  [{ payment: 'AUTHORIZED', order: 'AUTHORIZED' }, held('STATUS_NOT_FINAL')],
  [{ payment: 'AUTHORIZED', order: 'PROCESSED' }, held('STATUS_NOT_FINAL')],
  [{ payment: 'AUTHORIZED', order: 'AUTHORIZED', value: 1 }, held('STATUS_NOT_FINAL')],
  [{ payment: 'PROCESSED', order: 'PROCESSED', value: 34_999 }, held('AMOUNT_MISMATCH')],
  [{ payment: 'PROCESSED', order: 'PROCESSED', currency: 'USD' }, held('AMOUNT_MISMATCH')],
  [{ payment: 'AUTHORIZED', order: 'AUTHORIZED', preAuth: true, value: 35_001 }, held('AMOUNT_MISMATCH')],
  [{ payment: 'FAILED', order: 'CREATED' }, failed(true)],
  [{ payment: 'FAILED', order: 'PENDING' }, failed(true)],
  [{ payment: 'FAILED', order: 'ATTEMPTED' }, failed(true)],
  [{ payment: 'FAILED', order: 'FAILED' }, failed(false)],
  [{ payment: 'FAILED', order: 'PROCESSED', other: 'PROCESSED' }, failed(false)],
  [{ payment: 'FAILED', order: 'CANCELLED' }, cancelled],
  [{ payment: 'PENDING', order: 'CANCELLED' }, cancelled],
  [{ payment: 'AUTHORIZED', order: 'CANCELLED', preAuth: true }, cancelled],
  [{ order: 'CANCELLED' }, cancelled],
  [{ payment: 'PENDING', order: 'ATTEMPTED', entry: { hasUnconfirmedSubmit: true } }, refused],
  [{ payment: 'PENDING', order: 'ATTEMPTED', entry: { hasUnconfirmedSubmit: true, misses: 1 } }, asRecorded],
  [{ payment: 'PENDING', order: 'ATTEMPTED' }, asRecorded],
  [{ payment: 'PENDING', order: 'PENDING', entry: { hasUnconfirmedSubmit: true } }, asRecorded],
  [{ payment: 'PENDING', order: 'CREATED' }, asRecorded],
  [{ payment: 'PENDING', order: 'PROCESSED', other: 'PROCESSED' }, superseded],
  [{ payment: 'PENDING', order: 'AUTHORIZED', other: 'AUTHORIZED', preAuth: true }, superseded],
  [{ payment: 'PENDING', order: 'AUTHORIZED', other: 'AUTHORIZED' }, held('STATUS_UNKNOWN')],
  [{ payment: 'PENDING', order: 'FAILED' }, held('STATUS_UNKNOWN')],
  [{ payment: 'CANCELLED', order: 'PENDING' }, held('STATUS_UNKNOWN')],
  [{ payment: 'ON_HOLD', order: 'PENDING' }, held('STATUS_UNKNOWN')],
  [{ payment: 'PENDING', order: 'REVIEW' }, held('STATUS_UNKNOWN')],
  [{ order: 'PENDING' }, held('STATUS_UNKNOWN')],
  [{ order: 'PROCESSED', other: 'PROCESSED' }, superseded],
];

describe('decide', () => {
  test.each(table)('%j', (row, decision) => {
    expect(decide(orderOf(row), { ...started, ...row.entry })).toEqual(decision);
  });

  test('a payment is paid or authorized only if payment and order both say so, for any order', () => {
    const statuses = fc.oneof(
      fc.constantFrom(
        'CREATED',
        'PENDING',
        'ATTEMPTED',
        'AUTHORIZED',
        'PROCESSED',
        'CANCELLED',
        'FAILED',
        'FULLY_REFUNDED',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        statuses,
        statuses,
        statuses,
        fc.boolean(),
        fc.boolean(),
        fc.nat(3),
        (payment, order, other, preAuth, submitOutstanding, misses) => {
          const { verdict } = decide(orderOf({ payment, order, other, preAuth }), {
            ...started,
            hasUnconfirmedSubmit: submitOutstanding,
            misses,
          });
          if (verdict?.outcome === 'paid') expect(payment.toUpperCase()).toBe('PROCESSED');
          if (verdict?.outcome === 'authorized')
            expect([payment.toUpperCase(), order.toUpperCase(), preAuth]).toEqual(['AUTHORIZED', 'AUTHORIZED', true]);
          if (verdict?.outcome === 'failed') expect(payment.toUpperCase()).toBe('FAILED');
        },
      ),
    );
  });

  test('a payment without an amount is compared with its order’s amount', () => {
    const order: Order = { ...orderOf({ order: 'PROCESSED' }), payments: [{ id: 'this', status: 'PROCESSED' }] };
    expect(decide(order, started)).toEqual(paid);
    expect(decide({ ...order, order_amount: { value: 1, currency: 'INR' } }, started)).toEqual(held('AMOUNT_MISMATCH'));
    expect(decide({ ...order, order_amount: undefined }, started)).toEqual(held('AMOUNT_MISMATCH'));
  });
});
