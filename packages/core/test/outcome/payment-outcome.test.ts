import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getPaymentOutcome, type Order, type PaymentOutcome } from '../../src/index.ts';
import {
  decide,
  findRival,
  getRefunded,
  holdsMoney,
  mayBeAttemptedOtherwise,
  moneyOutcome,
  type DecidedPayment,
} from '../../src/internal.ts';
import { orderSchema } from '../../src/wire/index.ts';
import { parse } from '../../src/wire/parse.ts';

const orderWords = [
  'CREATED',
  'PENDING',
  'ATTEMPTED',
  'AUTHORIZED',
  'PROCESSED',
  'PARTIALLY_CAPTURED',
  'PARTIALLY_REFUNDED',
  'FULLY_REFUNDED',
  'CANCELLED',
  'FAILED',
  'REVIEW',
] as const;
type OrderWord = (typeof orderWords)[number];

/** Abbreviations of the grids below. */
const outcomes = {
  paid: { outcome: 'paid' },
  part: { outcome: 'paid', refunded: 'partly' },
  full: { outcome: 'paid', refunded: 'fully' },
  auth: { outcome: 'authorized' },
  'fail+': { outcome: 'failed', orderOpen: true },
  'fail-': { outcome: 'failed', orderOpen: false },
  canc: { outcome: 'cancelled' },
  open: { outcome: 'open' },
  soon: { outcome: 'undecided', reason: 'STATUS_NOT_FINAL' },
  '?': { outcome: 'undecided', reason: 'STATUS_UNKNOWN' },
} as const satisfies Record<string, PaymentOutcome>;
type Abbreviation = keyof typeof outcomes;

// One line per status of the payment, one column per status of the order, in the order of `orderWords`: the right amount,
// no other payment, no OTP step open, no OTP unconfirmed.
const withoutPreAuth = `
  PENDING     open  open  open  ?     ?     ?     ?     ?     canc  fail- ?
  AUTHORIZED  soon  soon  soon  soon  soon  soon  soon  soon  canc  soon  soon
  PROCESSED   soon  soon  soon  soon  paid  soon  part  full  canc  soon  soon
  CANCELLED   fail+ fail+ fail+ fail- fail- fail- fail- fail- canc  fail- fail-
  FAILED      fail+ fail+ fail+ fail- fail- fail- fail- fail- canc  fail- fail-
  REVIEW      ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?
  unreadable  ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?
  absent      ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?`;
const withPreAuth = `
  PENDING     open  open  open  ?     ?     ?     ?     ?     canc  fail- ?
  AUTHORIZED  soon  soon  soon  auth  soon  auth  soon  soon  canc  soon  soon
  PROCESSED   soon  soon  soon  soon  paid  auth  part  full  canc  soon  soon
  CANCELLED   fail+ fail+ fail+ fail- fail- fail- fail- fail- canc  fail- fail-
  FAILED      fail+ fail+ fail+ fail- fail- fail- fail- fail- canc  fail- fail-
  REVIEW      ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?
  unreadable  ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?
  absent      ?     ?     ?     ?     ?     ?     ?     ?     canc  fail- ?`;

/** Reads a grid into its cells: status of the payment, status of the order, outcome. */
function readGrid(grid: string): [string, OrderWord, Abbreviation][] {
  return grid
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [payment = '', ...cells] = line.trim().split(/\s+/);
      expect(cells).toHaveLength(orderWords.length);
      return orderWords.map((order, column): [string, OrderWord, Abbreviation] => {
        const cell = cells[column] ?? '';
        if (!(cell in outcomes)) throw new Error(`no such outcome: ${cell}`);
        return [payment, order, cell as Abbreviation];
      });
    });
}

const started = { value: 35_000, currency: 'INR' };
const facts: DecidedPayment = {
  paymentId: 'this',
  amount: started,
  isOtpStepOpen: false,
  hasUnconfirmedSubmit: false,
  mayBeAttemptedOtherwise: false,
};

/** Amounts as Plural may report them: payment_amount and order_amount. `true`: it is the amount of the start. */
const amounts: [label: string, ofPayment: unknown, ofOrder: unknown, isRight: boolean][] = [
  ['integer', started, started, true],
  ['another currency case', { value: 35_000, currency: 'inr' }, started, true],
  ['string of an integer', { value: '35000', currency: 'INR' }, started, true],
  ['absent, with the order’s', undefined, started, true],
  ['null, with the order’s', null, started, true],
  ['absent, with the order’s as a string', undefined, { value: '35000', currency: 'INR' }, true],
  ['the payment’s alone', started, undefined, true],
  ['the payment’s, beside another of the order', started, { value: 1, currency: 'INR' }, true],
  ['both absent', undefined, undefined, false],
  ['absent, with another of the order', undefined, { value: 34_999, currency: 'INR' }, false],
  ['absent, with an unreadable one of the order', undefined, { value: '35 000', currency: 'INR' }, false],
  ['another value', { value: 34_999, currency: 'INR' }, started, false],
  ['another value as a string', { value: '100', currency: 'INR' }, started, false],
  ['another currency', { value: 35_000, currency: 'USD' }, started, false],
  ['a fraction', { value: 35_000.5, currency: 'INR' }, started, false],
  ['a string with a fraction', { value: '35000.00', currency: 'INR' }, started, false],
  ['a string that is no number', { value: 'many', currency: 'INR' }, started, false],
  ['an empty string', { value: '', currency: 'INR' }, started, false],
  ['an exponent', { value: '3.5e4', currency: 'INR' }, started, false],
  ['hexadecimal', { value: '0x88b8', currency: 'INR' }, started, false],
  ['a value without a currency', { value: 35_000 }, started, false],
  ['a currency without a value', { currency: 'INR' }, started, false],
  ['an empty object', {}, started, false],
  ['a number in place of the object', 35_000, started, false],
  ['a string in place of the object', '35000', started, false],
  ['a list', [started], started, false],
];

interface Case {
  payment: string;
  order: string;
  preAuth: boolean;
  amount?: (typeof amounts)[number] | undefined;
  other?: string | undefined;
}

/** Builds the order as Plural's JSON, and reads it as a response is read. */
function orderOf({ payment, order, preAuth, amount = amounts[0], other }: Case): Order {
  const [, payment_amount, order_amount] = amount ?? [];
  const own = { id: 'this', payment_amount, ...(payment === 'unreadable' ? { status: null } : { status: payment }) };
  const parsed = parse(orderSchema, {
    order_id: 'v1-order',
    status: order,
    pre_auth: preAuth,
    order_amount,
    payments: [
      ...(other === undefined ? [] : [{ id: 'other', status: other, payment_amount: started }]),
      ...(payment === 'absent' ? [] : [own]),
    ],
  });
  if (parsed.issues) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

const moneyWords = ['PROCESSED', 'AUTHORIZED'];
const moneyOrders = ['AUTHORIZED', 'PROCESSED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'];

/** Says whether another payment has the money, from the grid of payments that stand alone. */
const othersWithMoney = new Map(
  [false, true].map((preAuth) => [
    preAuth,
    new Set(
      readGrid(preAuth ? withPreAuth : withoutPreAuth)
        .filter(([, , outcome]) => ['paid', 'part', 'full', 'auth'].includes(outcome))
        .map(([payment, order]) => `${payment} ${order}`),
    ),
  ]),
);

/** Expected outcome: the cell of the grid, changed by what the case adds to it. */
function expected(
  cell: Abbreviation,
  { payment, order, preAuth, amount, other }: Case,
  { isOtpStepOpen, hasUnconfirmedSubmit, mayBeAttemptedOtherwise }: DecidedPayment,
): PaymentOutcome {
  const isMoneyWord = moneyWords.includes(payment) && !(payment === 'AUTHORIZED' && !preAuth);
  if (isMoneyWord && order !== 'CANCELLED' && amount?.[3] === false) {
    return { outcome: 'undecided', reason: 'AMOUNT_MISMATCH' };
  }
  const isRivalPaid = other !== undefined && othersWithMoney.get(preAuth)?.has(`${other} ${order}`) === true;
  if ((cell === '?' || cell === 'open') && isRivalPaid) return { outcome: 'superseded', paidBy: 'other' };
  if (cell === '?' && isOtpStepOpen && payment !== 'absent' && !moneyOrders.includes(order)) {
    return { outcome: 'open', statusUnknown: true };
  }
  const isAlone = other === undefined || other === 'FAILED' || other === 'CANCELLED';
  if (cell === 'open' && order === 'ATTEMPTED' && hasUnconfirmedSubmit && !mayBeAttemptedOtherwise && isAlone) {
    return { outcome: 'open', otpRejected: true };
  }
  return outcomes[cell];
}

const flags = [false, true];
const otherWords = [undefined, 'PENDING', 'AUTHORIZED', 'PROCESSED', 'CANCELLED', 'FAILED', 'REVIEW', ''];

describe('decide', () => {
  const cells = flags.flatMap((preAuth) =>
    readGrid(preAuth ? withPreAuth : withoutPreAuth).map(
      ([payment, order, cell]) => [payment, order, preAuth ? 'pre_auth' : 'no pre_auth', outcomes[cell], cell] as const,
    ),
  );

  test.each(cells)('payment %s, order %s, %s: %j', (payment, order, preAuthLabel, outcome) => {
    const preAuth = preAuthLabel === 'pre_auth';
    expect(decide(orderOf({ payment, order, preAuth }), facts)).toEqual(outcome);
    const lowerCase = payment === 'absent' || payment === 'unreadable' ? payment : payment.toLowerCase();
    expect(decide(orderOf({ payment: lowerCase, order: order.toLowerCase(), preAuth }), facts)).toEqual(outcome);
    const unparsed = orderOf({ payment, order, preAuth });
    expect(
      decide(
        {
          ...unparsed,
          status: order.toLowerCase(),
          payments: unparsed.payments.map((own) => ({ ...own, status: own.status.toLowerCase() })),
        },
        facts,
      ),
    ).toEqual(outcome);
  });

  test.each(amounts)('every cell of the table, amount: %s', (...amount) => {
    for (const [payment, order, preAuthLabel, , cell] of cells) {
      const row: Case = { payment, order, preAuth: preAuthLabel === 'pre_auth', amount };
      expect(decide(orderOf(row), facts), JSON.stringify(row)).toEqual(expected(cell, row, facts));
    }
  });

  test.each(otherWords)('every cell of the table, in each state of the OTP step, another payment: %s', (other) => {
    for (const [payment, order, preAuthLabel, , cell] of cells) {
      const row: Case = { payment, order, preAuth: preAuthLabel === 'pre_auth', other };
      const parsed = orderOf(row);
      for (const isOtpStepOpen of flags) {
        for (const hasUnconfirmedSubmit of flags) {
          for (const mayBeAttemptedOtherwise of flags) {
            const input = { ...facts, isOtpStepOpen, hasUnconfirmedSubmit, mayBeAttemptedOtherwise };
            const title = JSON.stringify({ ...row, isOtpStepOpen, hasUnconfirmedSubmit, mayBeAttemptedOtherwise });
            expect(decide(parsed, input), title).toEqual(expected(cell, row, input));
          }
        }
      }
    }
  });

  test('an open OTP step stays open for every unknown status, of the payment or of the order', () => {
    const isOtpStepOpen = true;
    for (const word of ['CHALLENGED', 'OTP_SENT', 'challenge sent', '?']) {
      for (const row of [
        { payment: word, order: 'PENDING' },
        { payment: word, order: word },
        { payment: 'PENDING', order: word },
      ]) {
        const order = orderOf({ ...row, preAuth: false });
        expect(decide(order, { ...facts, isOtpStepOpen })).toEqual({ outcome: 'open', statusUnknown: true });
        expect(decide(order, facts)).toEqual(outcomes['?']);
      }
    }
  });

  test('a payment is paid or authorized only when payment, order and amount all say so, for any words', () => {
    const words = fc.oneof(fc.constantFrom(...orderWords), fc.string());
    fc.assert(
      fc.property(words, words, words, fc.boolean(), fc.boolean(), fc.nat(40_000), (payment, order, other, ...rest) => {
        const [pre_auth, isOtpStepOpen, value] = rest;
        const built: Order = {
          order_id: 'v1-order',
          status: order,
          pre_auth,
          payments: [
            { id: 'other', status: other, payment_amount: started },
            { id: 'this', status: payment, payment_amount: { value, currency: 'INR' } },
          ],
        };
        const { outcome } = decide(built, { ...facts, isOtpStepOpen });
        if (outcome !== 'paid' && outcome !== 'authorized') return;
        expect(value).toBe(35_000);
        expect(moneyWords).toContain(payment.toUpperCase());
        expect(moneyOrders).toContain(order.toUpperCase());
        if (outcome === 'authorized') expect(pre_auth).toBe(true);
      }),
    );
  });
});

describe('payments[] of an order', () => {
  const read = (payments: unknown): Order => {
    const parsed = parse(orderSchema, { order_id: 'v1-order', status: 'PROCESSED', order_amount: started, payments });
    if (parsed.issues) throw new Error('unreadable');
    return parsed.value;
  };
  const paid = { id: 'this', status: 'PROCESSED', payment_amount: started };

  test.each([
    ['null', null],
    ['a string', 'p-1'],
    ['a list', []],
    ['an entry without an id', { status: 'PENDING' }],
    ['an entry whose id is null', { id: null, status: 'PROCESSED' }],
    ['an entry whose id is empty', { id: '', status: 'PROCESSED' }],
  ])('%s is left out, and hides no other payment', (_label, entry) => {
    for (const payments of [
      [entry, paid],
      [paid, entry],
    ]) {
      const order = read(payments);
      expect(order.payments.map(({ id }) => id)).toEqual(['this']);
      expect(decide(order, facts)).toEqual({ outcome: 'paid' });
    }
  });

  test.each([null, 5, {}, ''])('an entry whose status is %j is kept, with an empty status', (status) => {
    const order = read([{ id: 'other', status }, paid]);
    expect(order.payments[0]).toEqual({ id: 'other', status: '' });
    expect(decide(order, facts)).toEqual({ outcome: 'paid' });
    expect(findRival({ ...order, status: 'PENDING', payments: order.payments.slice(0, 1) })).toBe('undecided');
  });

  test('a payment_amount that cannot be read stays, and equals no amount', () => {
    const order = read([{ ...paid, payment_amount: 'one rupee' }]);
    expect(order.payments[0]?.payment_amount).toEqual({ value: Number.NaN, currency: '' });
    expect(decide(order, facts)).toEqual({ outcome: 'undecided', reason: 'AMOUNT_MISMATCH' });
  });

  test('payments that are no list make the order unreadable', () => {
    expect(() => read({ this: paid })).toThrow('unreadable');
    expect(read(null).payments).toEqual([]);
  });
});

describe('findRival', () => {
  const orderWith = (status: string, ...payments: string[]): Order => ({
    order_id: 'v1-order',
    status,
    payments: payments.map((word, index) => ({ id: `p-${index}`, status: word })),
  });

  test.each(orderWords)(
    'order %s: a payment that is itself PROCESSED or AUTHORIZED is money, whatever the order',
    (word) => {
      for (const status of ['PROCESSED', 'AUTHORIZED', 'processed']) {
        expect(findRival(orderWith(word, 'FAILED', status))).toBe('paid');
        expect(holdsMoney({ id: 'p', status })).toBe(true);
      }
    },
  );

  test.each(moneyOrders)('order %s: the order itself says that there is money, whatever its payments', (word) => {
    expect(findRival(orderWith(word))).toBe('paid');
    expect(findRival(orderWith(word, 'FAILED'))).toBe('paid');
    expect(findRival(orderWith(word.toLowerCase(), 'PENDING'))).toBe('paid');
  });

  test.each(['CREATED', 'PENDING', 'ATTEMPTED', 'REVIEW'])(
    'order %s: every payment that is not over is undecided',
    (word) => {
      expect(findRival(orderWith(word))).toBeUndefined();
      expect(findRival(orderWith(word, 'FAILED', 'CANCELLED', 'cancelled'))).toBeUndefined();
      for (const status of ['PENDING', 'REVIEW', '']) {
        expect(findRival(orderWith(word, 'FAILED', status))).toBe('undecided');
        expect(holdsMoney({ id: 'p', status })).toBe(false);
      }
    },
  );

  test.each(['FAILED', 'CANCELLED'])('order %s: its payments are over, and none is undecided', (word) => {
    expect(findRival(orderWith(word, 'PENDING', 'REVIEW'))).toBeUndefined();
  });
});

describe('getPaymentOutcome', () => {
  const order = orderOf({ payment: 'PROCESSED', order: 'PROCESSED', preAuth: false });

  test('compares the payment with the amount it is given, else with the order’s', () => {
    expect(getPaymentOutcome(order, 'this')).toEqual({ outcome: 'paid' });
    expect(getPaymentOutcome(order, 'this', started)).toEqual({ outcome: 'paid' });
    const mismatch = { outcome: 'undecided', reason: 'AMOUNT_MISMATCH' };
    expect(getPaymentOutcome(order, 'this', { value: 1, currency: 'INR' })).toEqual(mismatch);
    expect(getPaymentOutcome({ ...order, order_amount: { value: 1, currency: 'INR' } }, 'this')).toEqual(mismatch);
    expect(getPaymentOutcome({ ...order, order_amount: undefined }, 'this')).toEqual(mismatch);
  });

  test('takes no attempt of the order for a rejected OTP, and no unknown status for an open payment', () => {
    const attempted = orderOf({ payment: 'PENDING', order: 'ATTEMPTED', preAuth: false });
    expect(getPaymentOutcome(attempted, 'this')).toEqual({ outcome: 'open' });
    const unknown = orderOf({ payment: 'REVIEW', order: 'PENDING', preAuth: false });
    expect(getPaymentOutcome(unknown, 'this')).toEqual(outcomes['?']);
  });
});

test('moneyOutcome: reads no amount, and needs the words of payment and order', () => {
  const order = orderOf({ payment: 'PROCESSED', order: 'FULLY_REFUNDED', preAuth: false, amount: amounts[11] });
  expect(order.payments.map((payment) => moneyOutcome(order, payment))).toEqual([outcomes.full]);
  expect(order.payments.map((payment) => moneyOutcome({ ...order, status: 'PENDING' }, payment))).toEqual([undefined]);
});

test.each(orderWords)('getRefunded, order %s: follows the order alone', (status) => {
  const expectedPart = { PARTIALLY_REFUNDED: 'partly', FULLY_REFUNDED: 'fully' }[status as string];
  for (const word of [status, status.toLowerCase()]) {
    expect(getRefunded({ order_id: 'v1-order', status: word, payments: [] })).toBe(expectedPart);
  }
});

describe('mayBeAttemptedOtherwise', () => {
  test.each(orderWords)('order %s: an ATTEMPTED order counts unless an OTP is being checked', (status) => {
    const order = orderOf({ payment: 'PENDING', order: status, preAuth: false, other: 'FAILED' });
    expect(mayBeAttemptedOtherwise(order, 'this', false)).toBe(status === 'ATTEMPTED');
    expect(mayBeAttemptedOtherwise(order, 'this', true)).toBe(false);
  });

  test.each(['PENDING', 'PROCESSED', 'AUTHORIZED', 'REVIEW', ''])(
    'another payment that is %j counts, whatever the order says and whatever is being checked',
    (other) => {
      for (const isOtpBeingChecked of flags) {
        const order = orderOf({ payment: 'PENDING', order: 'PENDING', preAuth: false, other });
        expect(mayBeAttemptedOtherwise(order, 'this', isOtpBeingChecked)).toBe(true);
      }
    },
  );
});
