import { expect, test } from 'vitest';
import { createTestSandbox, type TestSandbox, toText } from './support/merchant.ts';

const [shop, mirror] = ['https://shop.test/webhook', 'https://mirror.test/webhook'];

interface Receiver extends TestSandbox {
  readonly received: { url: string; id: string | null }[];
}

async function createReceiver(refusing: readonly string[] = []): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const context = await createTestSandbox({
    webhookUrl: [shop, mirror],
    fetch: (request) => {
      received.push({ url: request.url, id: request.headers.get('webhook-id') });
      if (!refusing.includes(request.url)) return Promise.resolve(new Response(null, { status: 204 }));
      return Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') }));
    },
    wait: (_, signal) => (signal === null ? Promise.resolve() : new Promise(() => undefined)),
  });
  return { ...context, received };
}

async function pay({ merchant }: TestSandbox): Promise<void> {
  const { paymentId } = await merchant.start();
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
}

test('every URL receives every event, and one that refuses holds no other back', async () => {
  const receiver = await createReceiver([mirror]);
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.received.map(({ url }) => url).sort()).toEqual([mirror, mirror, mirror, shop]);
  expect(receiver.sandbox.state.deliveries).toMatchObject([
    { url: shop, state: 'delivered', attempts: [{ status: 204 }] },
    {
      url: mirror,
      state: 'failed',
      attempts: [{ status: null, problem: expect.stringContaining('ECONNREFUSED') as string }, {}, {}],
    },
  ]);
});

test('a delivery that is sent again goes to its own URL, under its id', async () => {
  const receiver = await createReceiver();
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [first] = receiver.sandbox.find('webhooks', { state: 'delivered' });
  receiver.received.length = 0;
  await receiver.merchant.call('POST', '/sandbox/webhooks', { id: first?.id });
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toEqual([{ url: first?.url, id: first?.id }]);
});

test('paused webhooks wait, one or all, until they are sent', async () => {
  const receiver = await createReceiver();
  receiver.sandbox.setWebhookUrl(shop);
  receiver.sandbox.configure({ webhookMode: 'paused' });
  for (let i = 0; i < 3; i++) await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toEqual([]);

  const [, second] = receiver.sandbox.find('webhooks', { state: 'paused' });
  await receiver.merchant.call('POST', '/sandbox/webhooks', { id: second?.id });
  await receiver.sandbox.whenIdle();
  expect(receiver.received.map(({ id }) => id)).toEqual([second?.id]);
  await receiver.merchant.call('POST', '/sandbox/webhooks', { release: true });
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toHaveLength(3);
  expect(receiver.sandbox.find('webhooks', { state: 'paused' })).toEqual([]);
});

test('a URL with a user name or password is refused when it is set, because fetch does not send to one', async () => {
  const { sandbox, merchant } = await createReceiver();
  for (const url of ['http://user:secret@127.0.0.1/', 'http://user@127.0.0.1/']) {
    const { status, body } = await merchant.call('POST', '/sandbox/webhook-url', { url });
    expect([status, body['problem']]).toEqual([400, expect.stringContaining('user name')]);
    expect(toText(body['problem'])).not.toContain('secret');
  }
  expect(sandbox.state.webhookUrls).toEqual([shop, mirror]);
  const set = await merchant.call('POST', '/sandbox/webhook-url', { url: [shop, shop] });
  expect(set.body).toEqual({ url: shop, urls: [shop] });
});
