/** The README's `pay`, run twice for one cart whose price changed in between, against both answers to a duplicate. */

import { stripTypeScriptTypes } from 'node:module';
import { createPlural, deviceInfoFrom } from '@plural-otp/core';
import { createOtpHandler, memoryStore } from '@plural-otp/edge';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import { examples } from './support/examples.ts';

const quickstart = examples().find(({ where, language }) => where.startsWith('README.md') && language === 'ts');
const [printed = ''] = /^async function pay\(.*?^\}/ms.exec(quickstart?.code ?? '') ?? [];

test('the function has the price that the test changes', () => {
  expect(printed.match(/110_000/g)).toHaveLength(1);
});

test.each(['reject', 'existing'] as const)(
  'duplicates %s: another price is an error that names it; nothing is charged, and nothing sent again',
  async (duplicates) => {
    const sandbox = createSandbox({ duplicates, origin: 'http://127.0.0.1:3001' });
    const plural = createPlural({
      environment: { baseUrl: 'http://127.0.0.1:3001' },
      clientId: credentials.clientId,
      clientSecret: credentials.clientSecret,
      fetch: (request) => sandbox.fetch(request),
    });
    const otp = createOtpHandler({
      plural,
      origin: 'http://127.0.0.1:3000',
      store: memoryStore(),
      returnSignature: { secretKey: credentials.returnSecretKey },
      onVerdict: () => undefined,
    });
    const code = stripTypeScriptTypes(printed.replace('110_000', 'price'));
    const module = `export default async (plural, otp, deviceInfoFrom, price, request) => { ${code}; return pay(request); }`;
    const { default: run } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(module)}`
    )) as {
      default: (...parts: unknown[]) => Promise<unknown>;
    };
    const pay = async (price: number): Promise<unknown> => {
      const request = new Request('http://127.0.0.1:3000/pay', { method: 'POST', body: '{"cart":"cart-7"}' });
      return run(plural, otp, deviceInfoFrom, price, request);
    };

    expect(await pay(100_000)).toBeInstanceOf(Response);
    const { counts } = sandbox.state;
    const before = { ...counts };
    await expect(pay(250_000)).rejects.toMatchObject({
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
    expect(await pay(100_000)).toBeInstanceOf(Response);
    expect(counts.createPayment).toBe(before.createPayment);
  },
);
