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

test.each([
  ['a server, as Bun does', [{ url: new URL('http://127.0.0.1:1/'), port: 1, upgrade: () => false }]],
  ['an environment and a context, as module Workers do', [{ DB: {} }, { waitUntil: () => undefined }]],
  ['an information object, as Deno does', [{ remoteAddr: { hostname: '127.0.0.1' } }]],
  ['nothing', []],
])('a runtime may pass %s after the request', async (_, rest) => {
  const sandbox = createSandbox();
  const response = await sandbox.fetch(new Request('https://plural.test/sandbox/clock'), ...rest);
  expect([response.status, await response.json()]).toEqual([
    200,
    { now: expect.any(String) as string, aheadSeconds: 0, frozen: false },
  ]);
});

test('options of fetch are applied to a URL and to a request', async () => {
  const sandbox = createSandbox();
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"otpAttempts":7}' };
  await sandbox.fetch('https://plural.test/sandbox/settings', init);
  expect(sandbox.settings().otpAttempts).toBe(7);
  await sandbox.fetch(new Request('https://plural.test/sandbox/settings'), { ...init, body: '{"otpAttempts":8}' });
  expect(sandbox.settings().otpAttempts).toBe(8);
});

test('links in webhooks have the origin of the last request, also after the clock was advanced', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('very-slow');
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  sandbox.advance(90);
  const [body = ''] = sandbox.state.deliveries
    .filter((delivery) => delivery.orderId === orderId)
    .map(({ body }) => body);
  expect(body).toContain('https://plural.test/web/');
});
