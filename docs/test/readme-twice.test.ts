/** The README's `pay`, run twice for one cart: after its price changed, and after its first payment was declined. */

import { stripTypeScriptTypes } from 'node:module';
import { createPlural, deviceInfoFrom } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type StartedPayment } from '@plural-otp/edge';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { expect, test, vi } from 'vitest';
import { examples } from './support/examples.ts';

const quickstart = examples().find(({ where, language }) => where.startsWith('README.md') && language === 'ts');
const [printed = ''] = /^async function pay\(.*?^\}/ms.exec(quickstart?.code ?? '') ?? [];

const [rightCard, poorCard] = ['4012001037141112', '4000000000000309'];
type Client = StartedPayment['client'];

/** Opens the printed shop next to a sandbox; its price and its card are those of each press. */
async function openShop(duplicates: 'reject' | 'existing') {
  const sandbox = createSandbox({ duplicates, origin: 'http://127.0.0.1:3001' });
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:3001' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (request) => sandbox.fetch(request),
  });
  const outcomes: string[] = [];
  const otp = createOtpHandler({
    plural,
    origin: 'http://127.0.0.1:3000',
    store: memoryStore(),
    returnSignature: { secretKey: credentials.returnSecretKey },
    onVerdict: ({ outcome }) => void outcomes.push(outcome),
  });
  const code = stripTypeScriptTypes(printed.replace('110_000', 'price').replace(`'${rightCard}'`, 'card'));
  const module = `export default async (plural, otp, deviceInfoFrom, price, card, request) => { ${code}; return pay(request); }`;
  const { default: run } = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(module)}`)) as {
    default: (...parts: unknown[]) => Promise<Response>;
  };
  const post = (path: string, body: object): Request =>
    new Request(`http://127.0.0.1:3000${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:3000' },
      body: JSON.stringify(body),
    });
  const pay = async ({ price = 110_000, card = rightCard, attempt = 1 }): Promise<Client> =>
    (await run(plural, otp, deviceInfoFrom, price, card, post('/pay', { cart: 'cart-7', attempt }))).json() as never;
  /** Calls a route of the step as its page does. */
  const act = async (route: string, body: object): Promise<Client['view']> =>
    (await otp.fetch(post(`/plural/${route}`, body))).json() as never;
  /** Requests the OTP, types the right one, and returns the view once the payment has ended. */
  const finish = async ({ session }: Client): Promise<Client['view']> => {
    await act('otp/generate', { session, idempotencyKey: crypto.randomUUID() });
    await act('otp/submit', { session, idempotencyKey: crypto.randomUUID(), otp: '123456' });
    return vi.waitFor(async () => {
      const view = await act('payment', { session });
      expect(['authorized', 'failed']).toContain(view.phase);
      return view;
    }, 20_000);
  };
  return { sandbox, pay, finish, outcomes };
}

test('the function has the price and the card that the tests change', () => {
  expect(printed.match(/110_000/g)).toHaveLength(1);
  expect(printed.match(new RegExp(`'${rightCard}'`, 'g'))).toHaveLength(1);
});

test.each(['reject', 'existing'] as const)(
  'duplicates %s: another price is an error that names it; nothing is charged, and nothing sent again',
  async (duplicates) => {
    const { sandbox, pay } = await openShop(duplicates);
    await pay({ price: 100_000 });
    const { counts } = sandbox.state;
    const before = { ...counts };
    await expect(pay({ price: 250_000 })).rejects.toMatchObject({
      code: 'ORDER_MISMATCH',
      outcome: 'none',
      issues: [{ path: 'order_amount.value', expected: 'the amount of the existing order' }],
    });
    const [order, ...others] = sandbox.state.orders.values();
    expect(others).toEqual([]);
    expect(order).toMatchObject({ amount: { value: 100_000 }, payments: [{ status: 'PENDING' }] });
    expect(counts.createPayment).toBe(before.createPayment);
    expect(counts.createOrder).toBe((before.createOrder ?? 0) + 1);

    // The same cart at its old price is the same payment, without another call for it.
    await pay({ price: 100_000 });
    expect(counts.createPayment).toBe(before.createPayment);
  },
);

test.each(['reject', 'existing'] as const)(
  'duplicates %s: after a decline the next attempt pays the same order, with another card as with the same',
  async (duplicates) => {
    const { sandbox, pay, finish, outcomes } = await openShop(duplicates);
    const first = await pay({ card: poorCard });
    expect(await finish(first)).toMatchObject({ phase: 'failed', next: ['payAgain'] });
    const second = await pay({ card: poorCard, attempt: 2 });
    expect(second.view.reference).not.toBe(first.view.reference);
    expect(await finish(second)).toMatchObject({ phase: 'failed', next: ['payAgain'] });
    const third = await pay({ card: rightCard, attempt: 3 });
    expect(await finish(third)).toMatchObject({ phase: 'authorized' });
    expect((await pay({ card: rightCard, attempt: 3 })).view.reference).toBe(third.view.reference);
    expect(outcomes).toEqual(['failed', 'failed', 'paid']);
    expect([...sandbox.state.orders.values()]).toMatchObject([{ payments: [{}, {}, {}] }]);
  },
);
