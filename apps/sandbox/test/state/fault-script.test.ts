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

test('a fault of an order applies to calls about that order only, by id and by reference', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const [one, two] = [await merchant.start(), await merchant.start()];
  const reference = sandbox.state.orders.get(two.orderId)?.reference ?? '';
  sandbox.script({ operation: '*', order: one.orderId, fault: 'status', status: 503, times: 0 });
  sandbox.script({ operation: '*', order: reference, fault: 'status', status: 502, times: 0 });
  const statuses = async ({ orderId, paymentId }: typeof one): Promise<number[]> => [
    (await merchant.getOrder(orderId)).status,
    (await merchant.generate(paymentId)).status,
    (await merchant.createPayment(orderId)).status,
  ];
  expect(await statuses(one)).toEqual([503, 503, 503]);
  expect(await statuses(two)).toEqual([502, 502, 502]);
  expect((await merchant.createOrder({ merchant_order_reference: reference })).status).toBe(502);
  expect((await merchant.createOrder()).status).toBe(200);
  await merchant.call('DELETE', `/sandbox/script?order=${one.orderId}`);
  expect((await statuses(one))[0]).toBe(200);
  expect((await statuses(two))[0]).toBe(502);
});
