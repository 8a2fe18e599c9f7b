import { expect, test } from 'vitest';
import { createSandbox } from '../src/index.ts';
import { createTestSandbox } from './support/merchant.ts';

test('webhookUrl and origin must be URLs', () => {
  expect(() => createSandbox({ webhookUrl: 'file:///etc/passwd' })).toThrow('http or https URL');
  expect(() => createSandbox({ origin: 'bank' })).toThrow(TypeError);
});

test("challenge URLs have the given origin, else the request's", async () => {
  const given = await createTestSandbox({ origin: 'https://bank.test/' });
  expect((await given.merchant.start()).challengeUrl).toMatch(/^https:\/\/bank\.test\/web\//);
  const own = await createTestSandbox();
  expect((await own.merchant.start()).challengeUrl).toMatch(/^https:\/\/plural\.test\/web\//);
});

test('the same clock and ids give the same responses', async () => {
  const run = async (): Promise<string> => {
    let ids = 0;
    const { merchant } = await createTestSandbox({ newId: () => `id-${(ids += 1)}` });
    const { body } = await merchant.createOrder({ merchant_order_reference: 'fixed' });
    return JSON.stringify(body);
  };
  expect(await run()).toBe(await run());
});

test('ids are unique even when newId repeats', async () => {
  const { merchant, sandbox } = await createTestSandbox({ newId: () => 'same' });
  for (let i = 0; i < 200; i++) await merchant.createOrder();
  expect(sandbox.state.orders.size).toBe(200);
});
