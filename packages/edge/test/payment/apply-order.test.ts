import type { Order, Payment } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import { applyOrder, type OrderEffect } from '../../src/payment/apply-order.ts';
import type { OrderRecord, PaymentEntry } from '../../src/payment/order-record.ts';
import {
  createEntry as entryOf,
  createExampleRecord as recordOf,
  createOrder as orderOf,
  createPayment as payment,
  exampleAmount as amount,
} from '../support/record-fixtures.ts';

/** Applies an order whose reading began at `readAtMs` and ended 10 ms later. */
const apply = (record: OrderRecord, order: Order, readAtMs: number): OrderEffect =>
  applyOrder(record, order, { source: 'status', readAtMs, nowMs: readAtMs + 10 });
const codes = (effect: OrderEffect): string[] => effect.problems.map(({ code }) => code);

/** An OTP was submitted, its response was lost 100 ms later. */
const submitted = { submits: 1, unconfirmedSubmit: { startedAtMs: 5100, accepted: false } };
const inFlightSubmit = { action: 'submit', idempotencyKey: 'k', startedAtMs: 5000, expiresAtMs: 60_000 } as const;

describe('an order applies to payments that were started before it was read', () => {
  test.each([
    ['without any payment', orderOf('PENDING')],
    ['with another payment', orderOf('PENDING', payment('FAILED', 'p-0'))],
    ['cancelled', orderOf('CANCELLED')],
    ['failed', orderOf('FAILED')],
    ['paid by another payment', orderOf('PROCESSED', payment('PROCESSED', 'p-0'))],
  ])('an older order changes nothing: %s', (_title, order) => {
    for (const readAtMs of [0, 999, 1000]) {
      const record = recordOf(entryOf());
      const before = structuredClone(record);
      expect(apply(record, order, readAtMs)).toEqual({ changed: false, decided: [], rejected: [], problems: [] });
      expect(record).toEqual(before);
    }
  });

  test('an order that holds the payment applies, also by a clock that was set back since the start', () => {
    const record = recordOf(entryOf());
    apply(record, orderOf('PROCESSED', payment('PROCESSED')), -3_600_000);
    expect(record.payments[0]?.verdict).toMatchObject({ outcome: 'paid' });
  });

  test('an order that was read later and lacks the payment puts it on hold', () => {
    const record = recordOf(entryOf());
    expect(codes(apply(record, orderOf('PENDING'), 1001))).toEqual(['STATUS_UNKNOWN']);
    expect(record.payments[0]?.holdReason).toBe('STATUS_UNKNOWN');
  });

  test('of two payments it applies to the older one alone', () => {
    const record = recordOf(entryOf(), entryOf({ paymentId: 'p-2', startedAtMs: 9000 }));
    apply(record, orderOf('CANCELLED', payment('PENDING')), 8000);
    expect(record.payments.map(({ verdict }) => verdict?.outcome)).toEqual(['cancelled', undefined]);
  });
});

describe('a payment that failed while no OTP was taken any more', () => {
  test.each([
    ['PAYMENT_EXPIRED', 'awaitingOtp'],
    ['insufficient_funds', 'awaitingOtp'],
    ['USER_AUTHENTICATION_FAILED', 'exhausted'],
    [undefined, 'exhausted'],
  ] as const)('for the reason %s ends at the stage %s', (code, stage) => {
    const record = recordOf(entryOf({ stage: 'exhausted' }));
    const failed = { ...payment('FAILED'), ...(code && { error_detail: { code, message: '' } }) };
    apply(record, orderOf('FAILED', failed), 6000);
    expect(record.payments[0]).toMatchObject({ stage, verdict: { outcome: 'failed' } });
  });
});

describe('an order that is ATTEMPTED proves a rejected OTP', () => {
  const attempted = orderOf('ATTEMPTED', payment('PENDING'));
  const pending = orderOf('PENDING', payment('PENDING'));

  test('when it was not before, nothing else explains it, and it was read after the submit', () => {
    const record = recordOf(entryOf());
    apply(record, pending, 4000);
    Object.assign(record.payments[0] ?? {}, submitted);
    expect(apply(record, attempted, 5100).rejected).toHaveLength(1);
    expect(record.payments[0]).toMatchObject({ misses: 1, problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(record.payments[0]?.unconfirmedSubmit).toBeUndefined();
  });

  test('also when the order was read as ATTEMPTED while that submit was in flight', () => {
    const record = recordOf(entryOf({ submits: 1, inFlight: inFlightSubmit }));
    expect(apply(record, attempted, 5050).rejected).toEqual([]);
    Object.assign(record.payments[0] ?? {}, submitted, { inFlight: undefined });
    expect(apply(record, attempted, 5200).rejected).toHaveLength(1);
  });

  test('also when another payment of the order had ended before', () => {
    const record = recordOf(entryOf(submitted));
    expect(
      apply(record, orderOf('ATTEMPTED', payment('FAILED', 'p-0'), payment('PENDING')), 5200).rejected,
    ).toHaveLength(1);
  });

  const doubts: [string, (record: OrderRecord) => void, Partial<PaymentEntry>?, Order?][] = [
    ['the order was ATTEMPTED before', (record) => apply(record, attempted, 4000)],
    [
      'another payment was open before',
      (record) => apply(record, orderOf('PENDING', payment('PENDING'), payment('PENDING', 'p-2')), 4000),
    ],
    [
      'an order read before the submit, and applied during it, was ATTEMPTED',
      (record) => {
        Object.assign(record.payments[0] ?? {}, { inFlight: inFlightSubmit });
        apply(record, attempted, 4999);
        Object.assign(record.payments[0] ?? {}, { inFlight: undefined });
      },
    ],
    [
      'another payment is open now',
      () => undefined,
      {},
      orderOf('ATTEMPTED', payment('PENDING'), payment('PENDING', 'p-2')),
    ],
    [
      'another payment has an unknown status',
      () => undefined,
      {},
      orderOf('ATTEMPTED', payment('PENDING'), payment('REVIEW', 'p-2')),
    ],
    ['an OTP was rejected before', () => undefined, { misses: 1 }],
    ['the customer went to the bank’s page', () => undefined, { mayBeAttemptedOtherwise: true }],
    ['the submit was accepted', () => undefined, { unconfirmedSubmit: { startedAtMs: 5100, accepted: true } }],
    [
      'another action is in flight',
      () => undefined,
      { inFlight: { ...inFlightSubmit, action: 'resend', startedAtMs: 5150 } },
    ],
    ['no OTP was submitted', () => undefined, { submits: 0, unconfirmedSubmit: undefined }],
  ];
  test.each(doubts)('not when %s', (_title, before, more = {}, order = attempted) => {
    const record = recordOf(entryOf());
    before(record);
    Object.assign(record.payments[0] ?? {}, submitted, more);
    for (const readAtMs of [5200, 50_000]) expect(apply(record, order, readAtMs).rejected).toEqual([]);
    expect(record.payments[0]?.misses).toBe(more.misses ?? 0);
  });

  test('not when the order was read before the submit ended; a later reading decides', () => {
    const record = recordOf(entryOf(submitted));
    expect(apply(record, attempted, 5099).rejected).toEqual([]);
    expect(apply(record, attempted, 5100).rejected).toHaveLength(1);
  });

  test('a doubt is saved once', () => {
    const record = recordOf(entryOf());
    expect(apply(record, attempted, 4000).changed).toBe(true);
    expect(apply(record, attempted, 4500).changed).toBe(false);
  });
});

describe('a status that is unknown', () => {
  const unknown = [
    ['of the payment', orderOf('PENDING', payment('CHALLENGED'))],
    ['of the order', orderOf('OTP_SENT', payment('PENDING'))],
    ['of both', orderOf('OTP_SENT', payment('CHALLENGED'))],
    ['that cannot be read', orderOf('ATTEMPTED', payment(''))],
  ] as const;

  test.each(unknown)('%s leaves an open OTP step as it is, and is reported once', (_title, order) => {
    for (const stage of ['ready', 'awaitingOtp'] as const) {
      const record = recordOf(entryOf({ stage }));
      expect(codes(apply(record, order, 2000))).toEqual(['STATUS_UNKNOWN']);
      expect(record.payments[0]).toMatchObject({ stage });
      expect(record.payments[0]?.holdReason).toBeUndefined();
      expect(apply(record, order, 3000)).toMatchObject({ changed: false, problems: [] });
      apply(record, orderOf('PENDING', payment('PENDING')), 4000);
      expect(codes(apply(record, order, 5000))).toEqual([]);
    }
  });

  test.each(unknown)('%s holds a payment whose OTP was submitted, and is reported once', (_title, order) => {
    const record = recordOf(entryOf());
    expect(codes(apply(record, order, 2000))).toEqual(['STATUS_UNKNOWN']);
    Object.assign(record.payments[0] ?? {}, submitted);
    expect(codes(apply(record, order, 6000))).toEqual([]);
    expect(record.payments[0]?.holdReason).toBe('STATUS_UNKNOWN');
    apply(record, orderOf('PENDING', payment('PENDING')), 7000);
    expect(record.payments[0]?.holdReason).toBeUndefined();
  });

  test.each(['exhausted', 'cancelled'] as const)('holds a payment whose OTP step is %s', (stage) => {
    const record = recordOf(entryOf({ stage }));
    apply(record, orderOf('PENDING', payment('CHALLENGED')), 2000);
    expect(record.payments[0]?.holdReason).toBe('STATUS_UNKNOWN');
  });

  test.each(['PROCESSED', 'AUTHORIZED', 'FULLY_REFUNDED'])(
    'holds an open OTP step when the order is %s: the money may be there',
    (status) => {
      const record = recordOf(entryOf());
      expect(codes(apply(record, orderOf(status, payment('CHALLENGED')), 2000))).toEqual(['STATUS_UNKNOWN']);
      expect(record.payments[0]?.holdReason).toBe('STATUS_UNKNOWN');
    },
  );

  test('a payment that is absent from its order is on hold, whatever its step', () => {
    const record = recordOf(entryOf({ stage: 'ready' }));
    apply(record, orderOf('PENDING', payment('FAILED', 'p-0')), 2000);
    expect(record.payments[0]?.holdReason).toBe('STATUS_UNKNOWN');
  });

  test('a reason for which a payment is on hold is reported again only when it changes', () => {
    const record = recordOf(entryOf());
    expect(codes(apply(record, orderOf('PENDING', payment('PROCESSED')), 2000))).toEqual(['STATUS_NOT_FINAL']);
    expect(codes(apply(record, orderOf('PENDING', payment('PROCESSED')), 3000))).toEqual([]);
    const other = payment('PROCESSED', 'p-1', { payment_amount: { value: 1, currency: 'INR' } });
    expect(codes(apply(record, orderOf('PROCESSED', other), 4000))).toEqual(['AMOUNT_MISMATCH']);
  });
});

describe('a payment with a verdict', () => {
  const decided = {
    paid: orderOf('PROCESSED', payment('PROCESSED')),
    authorized: { ...orderOf('AUTHORIZED', payment('AUTHORIZED')), pre_auth: true },
    failed: orderOf('ATTEMPTED', payment('FAILED')),
    cancelled: orderOf('CANCELLED', payment('PENDING')),
  };
  const later: [string, Order][] = [
    ['lags', orderOf('PENDING', payment('PENDING'))],
    ['is ATTEMPTED', orderOf('ATTEMPTED', payment('PENDING'))],
    ['has an unknown status', orderOf('REVIEW', payment('REVIEW'))],
    ['lacks the payment', orderOf('PENDING')],
    [
      'says another amount',
      orderOf('PROCESSED', payment('PROCESSED', 'p-1', { payment_amount: { ...amount, value: 1 } })),
    ],
    ['was paid elsewhere', orderOf('PROCESSED', payment('PENDING'), payment('PROCESSED', 'elsewhere'))],
  ];

  test.each(later)('is neither changed nor reported by an order that %s', (_title, order) => {
    for (const [outcome, first] of Object.entries(decided)) {
      const record = recordOf(entryOf());
      apply(record, first, 2000);
      expect(record.payments[0]?.verdict).toMatchObject({ outcome });
      const before = structuredClone(record);
      expect(apply(record, order, 3000)).toEqual({ changed: false, decided: [], rejected: [], problems: [] });
      expect(record).toEqual(before);
    }
  });
});

describe('an order with the money of two payments', () => {
  const second = (): PaymentEntry => entryOf({ paymentId: 'p-2', reference: 'R-2' });
  const paidTwice = orderOf('PROCESSED', payment('PROCESSED'), payment('PROCESSED', 'p-2'));
  const duplicates = (record: OrderRecord): (true | undefined)[] =>
    record.payments.map(({ verdict }) => verdict?.duplicate);

  test('both have a verdict, the second is a duplicate, and that is reported once', () => {
    const record = recordOf(entryOf(), second());
    const effect = apply(record, paidTwice, 2000);
    expect(effect.decided).toHaveLength(2);
    expect(duplicates(record)).toEqual([undefined, true]);
    expect(effect.problems).toMatchObject([{ code: 'PAID_TWICE', entry: { reference: 'R-2' } }]);
    expect(apply(record, paidTwice, 3000)).toMatchObject({ changed: false, problems: [] });
  });

  test('the one that was found paid later is the duplicate, whichever was started first', () => {
    const record = recordOf(entryOf(), second());
    apply(record, orderOf('PROCESSED', payment('PENDING'), payment('PROCESSED', 'p-2')), 2000);
    expect(record.payments[0]?.superseded).toBe(true);
    expect(codes(apply(record, paidTwice, 3000))).toEqual(['PAID_TWICE']);
    expect(duplicates(record)).toEqual([true, undefined]);
  });

  test('a failed payment that turns out paid after another one is a duplicate', () => {
    const record = recordOf(entryOf(), second());
    apply(record, orderOf('PROCESSED', payment('FAILED'), payment('PROCESSED', 'p-2')), 2000);
    expect(codes(apply(record, paidTwice, 3000))).toEqual(['PAID_TWICE']);
    expect(record.payments[0]?.verdict).toMatchObject({ outcome: 'paid', duplicate: true, supersedes: 'p-1:failed' });
  });

  test('two authorizations that are both captured are reported once, and the second stays the duplicate', () => {
    const record = { ...recordOf(entryOf(), second()), preAuth: true };
    const authorized = {
      ...orderOf('AUTHORIZED', payment('AUTHORIZED'), payment('AUTHORIZED', 'p-2')),
      pre_auth: true,
    };
    expect(codes(apply(record, authorized, 2000))).toEqual(['PAID_TWICE']);
    expect(codes(apply(record, { ...paidTwice, pre_auth: true }, 3000))).toEqual([]);
    expect(record.payments.map(({ verdict }) => verdict?.outcome)).toEqual(['paid', 'paid']);
    expect(duplicates(record)).toEqual([undefined, true]);
  });

  test('a duplicate authorization is none any more when the first one lapsed', () => {
    const record = { ...recordOf(entryOf(), second()), preAuth: true };
    const authorized = {
      ...orderOf('AUTHORIZED', payment('AUTHORIZED'), payment('AUTHORIZED', 'p-2')),
      pre_auth: true,
    };
    apply(record, authorized, 2000);
    const captured = { ...orderOf('PROCESSED', payment('CANCELLED'), payment('PROCESSED', 'p-2')), pre_auth: true };
    apply(record, captured, 3000);
    expect(record.payments.map(({ verdict }) => verdict?.outcome)).toEqual(['failed', 'paid']);
    expect(duplicates(record)).toEqual([undefined, undefined]);
  });

  test('one of which was made elsewhere: reported, and the one made here is no duplicate', () => {
    const record = recordOf(entryOf());
    const effect = apply(record, orderOf('PROCESSED', payment('PROCESSED', 'elsewhere'), payment('PROCESSED')), 2000);
    expect(codes(effect)).toEqual(['PAID_TWICE']);
    expect(duplicates(record)).toEqual([undefined]);
  });

  test('one payment with money is no duplicate beside one that failed', () => {
    const record = recordOf(entryOf(), second());
    expect(codes(apply(record, orderOf('PROCESSED', payment('FAILED'), payment('PROCESSED', 'p-2')), 2000))).toEqual(
      [],
    );
    expect(duplicates(record)).toEqual([undefined, undefined]);
  });
});

describe('an order that was paid by a payment made elsewhere', () => {
  const paidElsewhere = orderOf('PROCESSED', payment('PENDING'), payment('PROCESSED', 'elsewhere'));

  test('supersedes the payment made here, without a verdict, and is reported once', () => {
    const record = recordOf(entryOf());
    const effect = apply(record, paidElsewhere, 2000);
    expect(codes(effect)).toEqual(['PAID_ELSEWHERE']);
    expect(effect.decided).toEqual([]);
    expect(record.payments[0]).toMatchObject({ superseded: true });
    expect(apply(record, paidElsewhere, 3000)).toMatchObject({ changed: false, problems: [] });
  });

  test('a payment that is being started here is none made elsewhere', () => {
    const record = recordOf(entryOf());
    record.starting = [
      {
        merchantPaymentReference: 'pay-2',
        reference: 'R-2',
        amount,
        startedAtMs: 1500,
        activeUntilMs: 60_000,
        nativeOtpFrom: 'unknown',
        display: {},
      },
    ];
    const order = orderOf(
      'PROCESSED',
      payment('PENDING'),
      payment('PROCESSED', 'p-2', { merchant_payment_reference: 'pay-2' }),
    );
    expect(codes(apply(record, order, 2000))).toEqual([]);
    expect(record.payments[0]).toMatchObject({ superseded: true });
  });

  test('another payment made here supersedes without a report', () => {
    const record = recordOf(entryOf(), entryOf({ paymentId: 'p-2' }));
    const effect = apply(record, orderOf('PROCESSED', payment('PENDING'), payment('PROCESSED', 'p-2')), 2000);
    expect(codes(effect)).toEqual([]);
  });
});

describe('a verdict', () => {
  const paid = orderOf('PROCESSED', payment('PROCESSED'));
  const authorized = { ...orderOf('AUTHORIZED', payment('AUTHORIZED')), pre_auth: true };
  const failed = orderOf('ATTEMPTED', payment('FAILED'));
  const cancelled = orderOf('CANCELLED', payment('PENDING'));
  const orders = { paid, authorized, failed, cancelled };
  type Outcome = keyof typeof orders;
  const outcomes: Outcome[] = ['paid', 'authorized', 'failed', 'cancelled'];
  const mayBecome: Record<Outcome, Outcome[]> = {
    paid: [],
    authorized: ['paid', 'failed', 'cancelled'],
    failed: ['paid', 'authorized', 'cancelled'],
    cancelled: ['paid', 'authorized'],
  };
  const steps = outcomes.flatMap((from) => outcomes.map((to) => ({ from, to, isTold: mayBecome[from].includes(to) })));

  test.each(steps)('$from, then $to: a new verdict that supersedes the old one ($isTold)', ({ from, to, isTold }) => {
    const record = { ...recordOf(entryOf()), preAuth: true };
    apply(record, orders[from], 2000);
    const effect = apply(record, orders[to], 3000);
    expect(effect.decided).toHaveLength(isTold ? 1 : 0);
    expect(effect.changed).toBe(isTold);
    const { verdict } = record.payments[0] ?? {};
    expect(verdict).toMatchObject({ outcome: isTold ? to : from, decidedAtMs: isTold ? 3010 : 2010 });
    expect(verdict?.supersedes).toBe(isTold ? `p-1:${from}` : undefined);
  });

  test('is new: undelivered, due at once, and from the source that found it', () => {
    const record = recordOf(entryOf());
    applyOrder(record, paid, { source: 'webhook', readAtMs: 2000, nowMs: 2500 });
    expect(record.payments[0]?.verdict).toEqual({
      outcome: 'paid',
      orderOpen: false,
      source: 'webhook',
      decidedAtMs: 2500,
      attempt: 0,
      deliverAtMs: 2500,
    });
  });

  test('that replaces one which is being delivered waits for the end of that lease, and inherits it', () => {
    const record = recordOf(entryOf());
    apply(record, failed, 2000);
    Object.assign(record.payments[0]?.verdict ?? {}, { leaseUntilMs: 60_000, attempt: 3, deliveredAtMs: 1 });
    apply(record, paid, 3000);
    expect(record.payments[0]?.verdict).toMatchObject({ attempt: 0, leaseUntilMs: 60_000, deliverAtMs: 60_000 });
    expect(record.payments[0]?.verdict?.deliveredAtMs).toBeUndefined();
  });

  test.each([
    ['a failure whose order is open', failed, true],
    ['a failure whose order failed', orderOf('FAILED', payment('FAILED')), false],
    ['a cancellation', cancelled, false],
    ['a payment', paid, false],
  ])('says whether the order takes another payment: %s', (_title, order, orderOpen) => {
    const record = recordOf(entryOf());
    apply(record, order, 2000);
    expect(record.payments[0]?.verdict?.orderOpen).toBe(orderOpen);
  });

  test('of two payments that failed has the reason of its own', () => {
    const record = recordOf(entryOf(), entryOf({ paymentId: 'p-2' }));
    const reason = (code: string): Partial<Payment> => ({ error_detail: { code, message: 'no' } });
    apply(
      record,
      orderOf(
        'ATTEMPTED',
        payment('FAILED', 'p-1', reason('INSUFFICIENT_FUNDS')),
        payment('FAILED', 'p-2', reason('card_expired')),
      ),
      2000,
    );
    expect(record.payments.map(({ verdict }) => verdict?.problem)).toEqual([
      { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
      { code: 'PAYMENT_FAILED', advice: 'useAnotherCard' },
    ]);
  });

  test.each<[string, Order, unknown]>([
    ['a failure without a reason', failed, { code: 'PAYMENT_FAILED' }],
    ['a cancelled order', cancelled, { code: 'PAYMENT_FAILED', advice: 'orderCancelled' }],
    ['a payment', paid, undefined],
    ['an authorization', authorized, undefined],
  ])('tells the customer the problem: %s', (_title, order, problem) => {
    const record = recordOf(entryOf());
    apply(record, order, 2000);
    expect(record.payments[0]?.verdict?.problem).toEqual(problem);
  });

  test('clears what only an open payment needs, and keeps what it counted', () => {
    const record = recordOf(
      entryOf({
        ...submitted,
        idempotencyKeys: ['k'],
        inFlight: inFlightSubmit,
        challengeUrl: 'https://bank.example',
        holdReason: 'STATUS_NOT_FINAL',
        superseded: true,
        problem: { code: 'BUSY' },
        unknownStatusReported: true,
        mayBeAttemptedOtherwise: true,
        misses: 1,
      }),
    );
    apply(record, paid, 6000);
    const { verdict: _verdict, ...entry } = record.payments[0] ?? entryOf();
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entryOf({ submits: 1, misses: 1 }));
  });

  test('ends the checks of an order that is paid, and spaces those of one that is not', () => {
    const hourMs = 3_600_000;
    for (const [order, checkAtMs] of [
      [paid, null],
      [failed, 2010 + hourMs],
      [cancelled, 2010 + hourMs],
    ] as const) {
      const record = { ...recordOf(entryOf()), checkAtMs: 9999 };
      apply(record, order, 2000);
      expect(record.checkAtMs).toBe(checkAtMs);
      record.checkAtMs = 7;
      apply(record, order, 3000);
      expect(record.checkAtMs).toBe(7);
    }
  });
});

describe('an order without a verdict', () => {
  const pending = orderOf('PENDING', payment('PENDING'));

  test('that says nothing new changes nothing', () => {
    const record = recordOf(entryOf());
    const before = structuredClone(record);
    expect(apply(record, pending, 2000)).toEqual({ changed: false, decided: [], rejected: [], problems: [] });
    expect(record).toEqual(before);
  });

  test('takes a hold away that no longer has its reason, which is a change and no report', () => {
    const record = recordOf(entryOf({ holdReason: 'STATUS_NOT_FINAL' }));
    expect(apply(record, pending, 2000)).toMatchObject({ changed: true, problems: [] });
    expect(record.payments[0]?.holdReason).toBeUndefined();
  });

  test('takes `superseded` away from a payment that it no longer supersedes, and from that one alone', () => {
    const record = recordOf(entryOf({ superseded: true }), entryOf({ paymentId: 'p-2' }));
    const order = orderOf('PENDING', payment('PENDING'), payment('PENDING', 'p-2'));
    expect(apply(record, order, 2000).changed).toBe(true);
    expect(record.payments[0]?.superseded).toBeUndefined();
    expect(apply(record, order, 3000).changed).toBe(false);
  });

  test('holds a payment and reports it with its entry', () => {
    const record = recordOf(entryOf());
    const effect = apply(record, orderOf('PENDING', payment('PROCESSED')), 2000);
    expect(effect).toMatchObject({
      changed: true,
      problems: [{ code: 'STATUS_NOT_FINAL', entry: { reference: 'R-1' } }],
    });
  });
});

describe('the edges of what an order proves', () => {
  const attempted = orderOf('ATTEMPTED', payment('PENDING'));

  test('a submit that began with the reading may explain an ATTEMPTED order', () => {
    const record = recordOf(entryOf({ submits: 1, inFlight: inFlightSubmit }));
    expect(apply(record, attempted, inFlightSubmit.startedAtMs).changed).toBe(false);
    expect(record.payments[0]?.mayBeAttemptedOtherwise).toBeUndefined();
  });

  test('after a rejected OTP an ATTEMPTED order is nothing to note', () => {
    const record = recordOf(entryOf({ misses: 1, submits: 1 }));
    expect(apply(record, attempted, 2000).changed).toBe(false);
  });

  test('each change is one, so that it is saved: an unknown status, a superseded payment, a rejected OTP', () => {
    const unknown = recordOf(entryOf());
    expect(apply(unknown, orderOf('PENDING', payment('CHALLENGED')), 2000).changed).toBe(true);
    const superseded = recordOf(entryOf());
    const paidElsewhere = orderOf('PROCESSED', payment('PENDING'), payment('PROCESSED', 'p-2'));
    expect(apply(superseded, paidElsewhere, 2000).changed).toBe(true);
    const rejected = recordOf(entryOf(submitted));
    expect(apply(rejected, attempted, 5200).changed).toBe(true);
  });

  test('a payment of another start does not hide one that was made elsewhere', () => {
    const record = recordOf(entryOf());
    record.starting = [
      {
        merchantPaymentReference: 'pay-2',
        reference: 'R-2',
        amount,
        startedAtMs: 1500,
        activeUntilMs: 60_000,
        nativeOtpFrom: 'unknown',
        display: {},
      },
    ];
    const order = orderOf(
      'PROCESSED',
      payment('PENDING'),
      payment('PROCESSED', 'p-9', { merchant_payment_reference: 'elsewhere' }),
    );
    expect(codes(apply(record, order, 2000))).toEqual(['PAID_ELSEWHERE']);
  });
});
