/** Orders as Plural reports them, and the record a store holds of them: the input of the rules in `src/payment`. */
import type { Order, Payment } from '@plural-otp/core';
import { createRecord, type OrderRecord, type PaymentEntry } from '../../src/payment/order-record.ts';
import type { Limits } from '../../src/payment/limits.ts';

/** Amount of every order and payment here: ₹350. */
export const exampleAmount = { value: 35_000, currency: 'INR' };

/** The default limits of a handler. */
export const exampleLimits: Limits = {
  submits: 5,
  resends: 3,
  activeMinutes: 15,
  maxMinutes: 60,
  orderReadEverySeconds: 1,
  callSeconds: 50,
  keepDays: 30,
};

/** Creates a payment of an order. */
export const createPayment = (status: string, id = 'p-1', more: Partial<Payment> = {}): Payment => ({
  id,
  status,
  payment_amount: exampleAmount,
  ...more,
});

/** Creates an order with these payments. */
export const createOrder = (status: string, ...payments: Payment[]): Order => ({
  order_id: 'o-1',
  status,
  order_amount: exampleAmount,
  payments,
});

/** Creates the entry of a payment whose OTP was requested and whose field is open. */
export const createEntry = (more: Partial<PaymentEntry> = {}): PaymentEntry => ({
  paymentId: 'p-1',
  reference: 'R-1',
  amount: exampleAmount,
  startedAtMs: 1000,
  nativeOtp: true,
  nativeOtpFrom: 'order',
  display: {},
  stage: 'awaitingOtp',
  idempotencyKeys: [],
  generates: 1,
  submits: 0,
  resends: 0,
  misses: 0,
  resendOffered: true,
  ...more,
});

/** Creates the record of an order with these payments, begun at 1000 ms. */
export const createExampleRecord = (...payments: PaymentEntry[]): OrderRecord => ({
  ...createRecord(createOrder('CREATED'), 1000),
  payments,
});

/** Creates a verdict that was decided at 0 ms and is undelivered. */
export const createVerdict = (
  outcome: NonNullable<PaymentEntry['verdict']>['outcome'],
  more: Partial<NonNullable<PaymentEntry['verdict']>> = {},
): NonNullable<PaymentEntry['verdict']> => ({
  outcome,
  orderOpen: false,
  source: 'sweep',
  decidedAtMs: 0,
  attempt: 0,
  ...more,
});
