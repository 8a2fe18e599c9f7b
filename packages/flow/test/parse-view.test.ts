import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { declineAdvices, nextSteps, phases, problemCodes, type PaymentView } from '../src/contract.ts';
import { paymentViewSchema } from '../src/contract-schemas.ts';
import { parseView } from '../src/parse-view.ts';
import { challengeUrl, readyView } from './support/test-bench.ts';

const full: PaymentView = {
  phase: 'failed',
  next: ['payAgain'],
  revision: 12,
  reference: 'pay-7K2MX4QD',
  resendInSeconds: 12,
  pollAfterSeconds: 2,
  session: 'seal',
  attempts: { misses: 2, leftAtBank: 1 },
  problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
  challengeUrl: 'https://acs.bank.example/c/1',
  leftForBank: true,
  display: {
    merchantName: 'Tea House',
    statementName: 'TEA HOUSE PVT LTD',
    amount: { value: 110_00, currency: 'INR' },
    fee: { value: 0, currency: 'INR' },
    network: 'VISA',
    issuer: 'HDFC',
    lastDigits: '0112',
    destination: '••••••4321',
    preAuth: true,
  },
};

describe('a view', () => {
  test('with every member is parsed completely', () => {
    expect(parseView(structuredClone(full))).toEqual(full);
  });

  test('loses unknown members', () => {
    const body = { ...full, card_number: '4012001037141112', display: { ...full.display, cvv: '123' } };
    expect(parseView(body)).toEqual(full);
  });

  test.each([
    ['resendInSeconds', '30'],
    ['resendInSeconds', -1],
    ['pollAfterSeconds', Infinity],
    ['pollAfterSeconds', Number.NaN],
    ['session', 7],
    ['session', ''],
    ['attempts', { misses: '1' }],
    ['attempts', 'none'],
    ['problem', { code: 7 * 0 }],
    ['problem', null],
    ['challengeUrl', 'javascript:alert(1)'],
    ['challengeUrl', '//acs.bank.example/'],
    ['challengeUrl', 'data:text/html,x'],
    ['leftForBank', false],
    ['leftForBank', 'true'],
    ['leftForBank', 1],
  ] as const)('drops %s when it is %j, and stays a view', (key, value) => {
    const { [key]: _, ...rest } = full;
    expect(parseView({ ...full, [key]: value })).toEqual(rest);
  });

  test.each([
    ['amount', { value: '11000', currency: 'INR' }],
    ['amount', { value: 11_000, currency: 'rupees' }],
    ['fee', 12],
    ['lastDigits', '4012001037141112'],
    ['lastDigits', '١٢٣٤'],
    ['destination', '9876504321'],
    ['destination', ''],
    ['preAuth', 'true'],
    ['merchantName', { html: '<b>' }],
    ['statementName', ''],
  ] as const)('drops display.%s when it is %j', (key, value) => {
    const { [key]: _, ...display } = full.display ?? {};
    expect(parseView({ ...full, display: { ...full.display, [key]: value } })?.display).toEqual(display);
  });

  test('keeps known steps only, and offers the bank’s page in place of the others', () => {
    expect(parseView({ ...readyView, next: ['submit', 'fly', 7, null, 'check'] })?.next).toEqual([
      'submit',
      'check',
      'redirect',
    ]);
  });

  test('requires phase, revision, next and reference', () => {
    for (const key of ['phase', 'revision', 'next', 'reference'] as const) {
      expect(parseView({ ...full, [key]: undefined })).toBeUndefined();
    }
  });

  test('of a phase or a step newer than this version counts as confirming, offers the bank’s page, and is reported', () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    expect(parseView({ ...full, phase: 'constructor', next: ['check'] }, warn)).toEqual({
      ...full,
      phase: 'confirming',
      next: ['check', 'redirect'],
    });
    expect(parseView({ ...full, phase: 'awaitingOtp', next: ['passkey', 'submit'] }, warn)).toEqual({
      ...full,
      phase: 'awaitingOtp',
      next: ['submit', 'redirect'],
    });
    expect(warnings).toEqual(['update script: unknown constructor', 'update script: unknown passkey']);
    expect(parseView(full, warn)).toEqual(full);
    expect(warnings).toHaveLength(2);
    for (const phase of ['', 7, null, ['ready']]) expect(parseView({ ...full, phase }, warn)).toBeUndefined();
  });

  test('is not read from a prototype, and changes none', () => {
    const polluted: unknown = JSON.parse(
      '{"__proto__":{"phase":"authorized","next":[],"revision":9,"reference":"12345678"},"constructor":{"prototype":{"x":1}}}',
    );
    expect(parseView(polluted)).toBeUndefined();
    const read = parseView({ ...full, ...(JSON.parse('{"__proto__":{"evil":1}}') as object) });
    expect(read).toEqual(full);
    expect(({} as { evil?: number; x?: number }).evil).toBeUndefined();
    expect(parseView({ ...full, problem: { code: 'toString' } })?.problem).toEqual({ code: 'INTERNAL' });
  });

  test('that the schema allows is parsed unchanged', () => {
    const seconds = fc.nat(86_400);
    const allowed = fc.record(
      {
        phase: fc.constantFrom(...phases),
        next: fc.subarray([...nextSteps]),
        revision: fc.nat(),
        reference: fc.constantFrom('pay-7K2MX4QD', '00000000', '-_-_-_-_-_-_'),
        resendInSeconds: seconds,
        pollAfterSeconds: seconds,
        session: fc.constantFrom('seal', 'v1.a-b_c'),
        attempts: fc.record({ misses: fc.nat(5), leftAtBank: fc.nat(5) }, { requiredKeys: ['misses'] }),
        problem: fc.oneof(
          fc.record({ code: fc.constantFrom(...problemCodes) }),
          fc.record({ code: fc.constant('PAYMENT_FAILED' as const), advice: fc.constantFrom(...declineAdvices) }),
        ),
        challengeUrl: fc.constantFrom(challengeUrl, 'http://127.0.0.1:3001/acs?x=1'),
        leftForBank: fc.constant(true),
        display: fc.record(
          { issuer: fc.constant('HDFC'), lastDigits: fc.constantFrom('0112', '0000') },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['phase', 'next', 'revision', 'reference'] },
    );
    fc.assert(
      fc.property(allowed, (body) => {
        expect(v.parse(paymentViewSchema, body)).toEqual(body);
        expect(parseView(body)).toEqual({ ...body, next: nextSteps.filter((step) => body.next.includes(step)) });
      }),
    );
  });

  test('drops an invalid URL and an amount without a currency', () => {
    const { challengeUrl: _, ...base } = readyView;
    const address = 'javascript:alert(1)//https://bank.example/';
    expect(parseView({ ...base, challengeUrl: address })).toEqual(base);
    for (const currency of ['xINR', 'INRx', 'inr', ''])
      expect(parseView({ ...base, display: { amount: { value: 1, currency } } })).toEqual({ ...base, display: {} });
  });

  test('of any shape never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (body) => {
        expect(parseView(body)).toBeUndefined();
      }),
    );
  });
});
