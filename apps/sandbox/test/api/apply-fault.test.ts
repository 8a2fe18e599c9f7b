import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/index.ts';
import { createTestSandbox } from '../support/merchant.ts';

describe('faults of the plain handler', () => {
  test('a reset rejects as fetch does, and an abort during a hang or a delay rejects with its reason', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: '*', fault: 'reset' });
    await expect(merchant.getOrder('x')).rejects.toThrow(new TypeError('fetch failed'));
    for (const fault of [
      { operation: '*', fault: 'hang' },
      { operation: '*', fault: 'delay', delayMs: 600_000 },
    ] as const) {
      sandbox.script(fault);
      const quit = new AbortController();
      const response = sandbox.fetch('https://plural.test/api/pay/v1/orders/x', { signal: quit.signal });
      const reason = new Error('gave up');
      quit.abort(reason);
      await expect(response).rejects.toBe(reason);
    }
  });

  test.each(['5', 'Wed, 21 Oct 2099 07:28:00 GMT', '-1', 'soon', '99999999999'])(
    'rateLimit is 429 with Retry-After %s unchanged',
    async (retryAfter) => {
      const { sandbox } = await createTestSandbox();
      sandbox.script({ operation: '*', fault: 'rateLimit', retryAfter });
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, retryAfter]);
    },
  );

  test('errorIn200, redirect, malformedJson, html, empty and huge respond as documented', async () => {
    const { sandbox } = await createTestSandbox();
    const see = async (
      fault: object,
    ): Promise<{ status: number; type: string | null; text: string; to: string | null }> => {
      sandbox.script({ operation: '*', ...fault } as Fault);
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      const { headers, status } = response;
      return { status, type: headers.get('content-type'), to: headers.get('location'), text: await response.text() };
    };
    const error = await see({ fault: 'errorIn200', code: 'PAYMENT_DECLINED' });
    expect([error.status, JSON.parse(error.text)]).toMatchObject([200, { code: 'PAYMENT_DECLINED' }]);
    expect(await see({ fault: 'redirect', status: 307, location: 'https://evil.test/' })).toMatchObject({
      status: 307,
      to: 'https://evil.test/',
    });
    const malformed = await see({ fault: 'malformedJson' });
    expect(() => JSON.parse(malformed.text) as unknown).toThrow(SyntaxError);
    expect(await see({ fault: 'html' })).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(await see({ fault: 'empty' })).toMatchObject({ text: '' });
    const huge = await see({ fault: 'huge', bytes: 300_000 });
    expect(huge.text).toHaveLength(300_000);
    expect(() => JSON.parse(huge.text) as unknown).not.toThrow();
  });
});

describe('faults of a body', () => {
  test('status responds with the scripted body and headers', async () => {
    const { sandbox } = await createTestSandbox();
    const fault = { operation: '*', fault: 'status', status: 418, body: { code: 'TEA' }, headers: { 'x-pot': '1' } };
    sandbox.script(fault as Fault, { ...fault, body: 'plain text' } as Fault, { ...fault, body: null } as Fault);
    const responses = [];
    for (let i = 0; i < 3; i++) {
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      responses.push([response.status, response.headers.get('x-pot'), await response.text()]);
    }
    expect(responses).toEqual([
      [418, '1', '{"code":"TEA"}'],
      [418, '1', 'plain text'],
      [418, '1', ''],
    ]);
  });

  test('cut: half of the body, then reading fails as on a reset connection', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: 'createOrder', fault: 'cut' });
    await expect(merchant.createOrder()).rejects.toThrow(TypeError);
    expect(sandbox.state.orders.size).toBe(1);
  });

  test('drip: the whole body, one byte after each pause', async () => {
    const pauses: number[] = [];
    const { merchant, sandbox } = await createTestSandbox({
      wait: (ms) => {
        pauses.push(ms);
        return Promise.resolve();
      },
    });
    sandbox.script({ operation: 'getOrder', fault: 'drip' });
    const { body } = await merchant.getOrder('x');
    expect(body).toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(new Set(pauses)).toEqual(new Set([50]));
    expect(pauses).toHaveLength(JSON.stringify(body).length - 1);
  });
});

test('a delay does not hide what the card does: its lost response stays lost', async () => {
  const { merchant, sandbox } = await createTestSandbox({ wait: () => Promise.resolve() });
  const { orderId, paymentId } = await merchant.start('response-lost');
  await merchant.generate(paymentId);
  sandbox.script({ operation: 'submitOtp', fault: 'delay', delayMs: 1000 });
  await expect(merchant.submit(paymentId, '123456')).rejects.toThrow('fetch failed');
  expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
});
