import { describe, expect, test } from 'vitest';
import { type Fault, faultDefinitions } from '../../src/index.ts';
import { createTestSandbox } from '../support/merchant.ts';

describe('the fault script', () => {
  test('applies a fault `times` times after `skip` responses, to its operation only', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: 'createOrder', fault: 'status', status: 503, times: 2, skip: 1 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await merchant.createOrder()).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect((await merchant.getOrder('nobody')).status).toBe(404);
  });

  test('times 0 applies a fault to every response until the script is cleared', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: '*', fault: 'status', status: 500, times: 0 });
    for (let i = 0; i < 5; i++) expect((await merchant.createOrder()).status).toBe(500);
    sandbox.clearScript();
    expect((await merchant.createOrder()).status).toBe(200);
  });

  test.each(Object.entries(faultDefinitions))(
    '%s: the call takes effect first by default as documented, and as the script says',
    async (fault, row) => {
      const { merchant, sandbox } = await createTestSandbox({ wait: () => Promise.resolve() });
      const kind = { fault, ...(fault === 'delay' && { delayMs: 1 }), ...(fault === 'status' && { status: 500 }) };
      for (const takesEffect of [undefined, true, false]) {
        const rule = { operation: 'createOrder', ...kind, ...(takesEffect !== undefined && { takesEffect }) };
        sandbox.script(rule as Fault);
        const before = sandbox.state.orders.size;
        const quit = new AbortController();
        const response = merchant.send(
          new Request('https://plural.test/api/pay/v1/orders', {
            method: 'POST',
            signal: quit.signal,
            headers: { authorization: `Bearer ${merchant.token}`, 'content-type': 'application/json' },
            body: JSON.stringify({
              merchant_order_reference: `${fault}-${takesEffect}`,
              order_amount: { value: 100, currency: 'INR' },
            }),
          }),
        );
        const seen = response.then((response) => response.text()).catch((error: unknown) => error);
        if (fault === 'hang') quit.abort();
        await seen;
        expect(sandbox.state.orders.size - before).toBe((takesEffect ?? row.takesEffect) ? 1 : 0);
      }
    },
  );

  test.each([
    [null, /must be an object/],
    [{ operation: 'getOrder', fault: 'flood' }, /"fault" must be one of delay/],
    [{ operation: 'payNow', fault: 'reset' }, /"operation" must be \* or one of getToken/],
    [{ operation: '*', fault: 'delay' }, /"delayMs" must be present/],
    [{ operation: '*', fault: 'status', status: 99 }, /"status" must be an integer from 200 to 599/],
    [{ operation: '*', fault: 'redirect', status: 200 }, /"status" must be one of 301/],
    [{ operation: '*', fault: 'reset', times: -1 }, /"times" must be an integer/],
    [{ operation: '*', fault: 'reset', takesEffect: 'yes' }, /"takesEffect" must be true or false/],
    [{ operation: '*', fault: 'rateLimit', retryAfter: 5 }, /"retryAfter" must be a string/],
    [{ operation: '*', fault: 'rateLimit', retryAfter: 'a\nb' }, /"retryAfter" must be a valid header value/],
    [{ operation: '*', fault: 'status', status: 200, headers: { 'bad name': 'x' } }, /"headers" must be/],
    [{ operation: '*', fault: 'reset', takeEffect: true }, /Unknown member "takeEffect"/],
  ])('rejects %j and names the member', async (fault, message) => {
    const { sandbox } = await createTestSandbox();
    expect(() => sandbox.script(fault as unknown as Fault)).toThrow(message);
    expect(sandbox.state.faults).toEqual([]);
  });
});

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
