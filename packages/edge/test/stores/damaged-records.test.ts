import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { describe, expect, test, vi } from 'vitest';
import type { OrderRecord, PaymentEntry, StartReservation } from '../../src/payment/order-record.ts';
import { createEntry, createExampleRecord, createVerdict, exampleAmount } from '../support/record-fixtures.ts';
import {
  catchPluralError,
  Clock,
  createPaymentRequest,
  createTestShop,
  nativeCard,
  startAndPrompt,
  startAndSubmit,
} from '../support/test-shop.ts';

const display = { merchantName: 'Shop', amount: exampleAmount, fee: exampleAmount, issuer: 'HDFC', lastDigits: '1112' };
const atMs = new Clock().now();

/** An entry with every member of an open payment. */
const openEntry: Partial<PaymentEntry> = {
  merchantPaymentReference: 'm-1',
  referenceUnsaved: true,
  challengeUrl: 'https://bank.example/',
  display,
  savedCard: 'digest',
  idempotencyKeys: ['key'],
  inFlight: { action: 'submit', idempotencyKey: 'key', startedAtMs: atMs, expiresAtMs: atMs },
  unconfirmedSubmit: { startedAtMs: atMs, accepted: false },
  resendAtMs: atMs,
  problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
  holdReason: 'AMOUNT_MISMATCH',
  unknownStatusReported: true,
  mayBeAttemptedOtherwise: true,
  superseded: true,
  restored: true,
  customerLeft: true,
  leftForBank: true,
  shown: true,
};
const verdict = createVerdict('failed', {
  duplicate: true,
  supersedes: 'p-1:paid',
  problem: { code: 'PAYMENT_FAILED' },
  deliverAtMs: atMs,
  leaseUntilMs: atMs,
});

/** Creates records that between them have every member, of a payment that is at Plural. */
function createRecords({ orderId, paymentId }: Facts): [title: string, record: OrderRecord][] {
  const reservation: StartReservation = {
    merchantPaymentReference: 'm-1',
    paymentId,
    reference: 'R-1',
    amount: exampleAmount,
    startedAtMs: atMs,
    activeUntilMs: atMs,
    nativeOtp: true,
    nativeOtpFrom: 'order',
    display,
    savedCard: 'digest',
    restored: true,
  };
  const toRecord = (more: Partial<OrderRecord>, ...payments: Partial<PaymentEntry>[]): OrderRecord => ({
    ...createExampleRecord(...payments.map((entry) => createEntry({ ...entry, paymentId }))),
    orderId,
    checkAtMs: atMs,
    orderReadAtMs: atMs,
    checkCount: 1,
    ...more,
  });
  return [
    ['open', toRecord({}, openEntry)],
    ['in flight', toRecord({}, { inFlight: openEntry.inFlight })],
    ['being started', toRecord({ starting: [reservation] })],
    ['undelivered', toRecord({}, { ...openEntry, verdict })],
    ['finished', toRecord({ isSmall: true }, { verdict: { ...verdict, deliveredAtMs: atMs } })],
  ];
}
interface Facts {
  orderId: string;
  paymentId: string;
}

/** Returns the paths of every member within a value, such as `payments.0.verdict`. */
const listPaths = (value: unknown, path: string[] = []): string[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [[...path, name], ...listPaths(member, [...path, name])]);

/** Returns the record as JSON, with one member replaced. */
function damage(record: OrderRecord, path: string[], replacement: unknown): string {
  const copy = structuredClone(record);
  let at = copy as unknown as Record<string, unknown>;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = replacement;
  return JSON.stringify(copy);
}

/** Returns every record with each of its members damaged in turn, by a title that says where and how. */
function damageAll(facts: Facts): Map<string, string> {
  const damaged = new Map<string, string>();
  for (const [title, record] of createRecords(facts)) {
    for (const path of listPaths(record)) {
      for (const replacement of [null, 'x', 7, []]) {
        damaged.set(`${title}: ${path.join('.')} = ${JSON.stringify(replacement)}`, damage(record, path, replacement));
      }
    }
  }
  return damaged;
}

// Hundreds of damaged records each go through every route, which takes minutes on a loaded machine.
vi.setConfig({ testTimeout: 120_000 });

describe('a record of which one member is damaged', () => {
  test('stops no sweep for the others: it is worked on or reported, whatever the member and the damage', async () => {
    const { shop, orderId, paymentId } = await startAndPrompt();
    const { clock, store, sandbox } = shop;
    const other = await startAndSubmit({ clock, store, sandbox });
    const damaged = damageAll({ orderId, paymentId });
    expect(damaged.size).toBeGreaterThan(500);
    for (const [key, value] of damaged) {
      await store.save(key, value, { version: undefined, keepSeconds: 60, dueAtMs: 0, undelivered: true });
    }
    const sweep = async (): Promise<string[]> => {
      shop.problems.length = 0;
      shop.clock.advance(61);
      expect(await shop.handler.sweep()).toMatchObject({ more: false });
      expect(shop.problems.map(({ code }) => code)).not.toContain('INTERNAL');
      const unreadable = shop.problems.filter(({ code }) => code === 'RECORD_UNREADABLE');
      return unreadable.map(({ recordKey = '' }) => recordKey).sort();
    };
    const reported = await sweep();
    expect(shop.verdicts.map((each) => each.orderId)).toContain(other.orderId);
    expect(reported).toEqual(
      expect.arrayContaining([
        'open: orderId = 7',
        'open: payments = "x"',
        'open: payments.0 = null',
        'open: payments.0.display = null',
        'open: payments.0.misses = "x"',
        'open: payments.0.inFlight.action = "x"',
        'being started: starting = "x"',
        'being started: starting.0 = 7',
        'undelivered: payments.0.verdict = null',
        'undelivered: payments.0.verdict.outcome = "x"',
        'undelivered: payments.0.verdict.decidedAtMs = null',
        'finished: isSmall = "x"',
      ]),
    );
    // Left as they lie, and reported each time they are claimed.
    for (const key of reported) expect((await store.load(key))?.value).toBe(damaged.get(key));
    expect(await sweep()).toEqual(reported);
  });

  test('breaks no page and no operation: each works, or fails as for any record that cannot be read', async () => {
    const inner = memoryStore();
    let value: string | undefined;
    const store: PaymentStore = {
      ...inner,
      async load(key) {
        const found = await inner.load(key);
        return found?.value.includes('"payments"') && value !== undefined ? { ...found, value } : found;
      },
      save: (key, saved, terms) => (value === undefined ? inner.save(key, saved, terms) : Promise.resolve(true)),
    };
    const { shop, page, orderId, paymentId } = await startAndPrompt({ store });
    for (const [title, json] of damageAll({ orderId, paymentId })) {
      value = json;
      shop.problems.length = 0;
      await page.post('payment', {});
      for (const work of [() => shop.handler.settle(orderId), () => shop.handler.resumePayment({ orderId })]) {
        await work().catch((error: unknown) => expect(error, title).toMatchObject({ name: 'PluralError' }));
      }
      expect(
        shop.problems.filter(({ code }) => code === 'INTERNAL'),
        title,
      ).toEqual([]);
    }
  });
});

test.each<[what: string, damage: object]>([
  ['no amount', { payment_amount: undefined }],
  ['an amount that is null', { payment_amount: null }],
  ['an amount that is a number', { payment_amount: 350 }],
  ['an amount of text', { payment_amount: { value: '35000', currency: 'INR' } }],
  ['a reference that is a number', { merchant_payment_reference: 7 }],
])('a start with %s is refused, and leaves a record that can be read', async (_what, input) => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  const payment = { ...createPaymentRequest(nativeCard, 'pay-1'), ...input };
  expect(await catchPluralError(shop.handler.startPayment({ orderId, payment }))).toMatchObject({
    code: 'REQUEST_INVALID',
  });
  expect(await shop.startPayment(orderId)).toMatchObject({ orderId });
});
