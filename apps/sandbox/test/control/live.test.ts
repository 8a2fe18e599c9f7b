import { describe, expect, test } from 'vitest';
import { html } from '../../src/lib/html.ts';
import { createLiveView, type LiveChanges } from '../../src/control/live-view.ts';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

const base = 'https://plural.test';
const entry = (id: string, text: string): { id: string; html: ReturnType<typeof html> } => ({
  id,
  html: html`${text}`,
});

describe('a live view', () => {
  test('a page that shows everything is told nothing', () => {
    const view = createLiveView();
    const regions = { calls: [entry('call-1', 'a')] };
    const { revision } = view.compare(regions, '');
    expect(view.compare(regions, revision)).toEqual({ revision, regions: {} });
  });

  test('only entries that are new or changed travel, with the sequence of all', () => {
    const view = createLiveView();
    const { revision } = view.compare({ calls: [entry('a', '1'), entry('b', '1')], phone: [entry('s', '1')] }, '');
    const { regions } = view.compare(
      { calls: [entry('c', '1'), entry('a', '2'), entry('b', '1')], phone: [entry('s', '1')] },
      revision,
    );
    expect(regions).toEqual({ calls: { ids: ['c', 'a', 'b'], changed: { c: '1', a: '2' } } });
  });

  test('an entry that is gone is no longer in the sequence, and nothing else travels', () => {
    const view = createLiveView();
    const { revision } = view.compare({ calls: [entry('a', '1'), entry('b', '1')] }, '');
    expect(view.compare({ calls: [entry('b', '1')] }, revision).regions).toEqual({
      calls: { ids: ['b'], changed: {} },
    });
  });

  test('two pages at different revisions each get what they lack', () => {
    const view = createLiveView();
    const first = view.compare({ calls: [entry('a', '1')] }, '');
    const second = view.compare({ calls: [entry('a', '2')] }, first.revision);
    view.compare({ calls: [entry('a', '2'), entry('b', '1')] }, second.revision);
    const all = { calls: [entry('a', '2'), entry('b', '1')] };
    expect(view.compare(all, first.revision).regions['calls']?.changed).toEqual({ a: '2', b: '1' });
    expect(view.compare(all, second.revision).regions['calls']?.changed).toEqual({ b: '1' });
  });

  test.each(['', 'nonsense', '1', 'another-process:999999', '__proto__'])(
    'a page with the revision "%s", which the view did not issue, gets everything',
    (since) => {
      const view = createLiveView();
      view.compare({ calls: [entry('a', '1')] }, '');
      expect(view.compare({ calls: [entry('a', '1')] }, since).regions['calls']?.changed).toEqual({ a: '1' });
    },
  );
});

async function getLive({ sandbox }: TestSandbox, query: Record<string, string>): Promise<Response> {
  return sandbox.fetch(`${base}/sandbox/live?${new URLSearchParams(query).toString()}`);
}

async function pay({ merchant }: TestSandbox): Promise<{ orderId: string }> {
  const { orderId, paymentId } = await merchant.start();
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '000000');
  for (let i = 0; i < 5; i++) await merchant.getOrder(orderId);
  await merchant.submit(paymentId, '123456');
  return { orderId };
}

describe('the live route', () => {
  test('a page is answered at the next change, and with nothing when there is none while it waits', async () => {
    const context = await createTestSandbox();
    const { revision } = (await (await getLive(context, {})).json()) as LiveChanges;
    expect(await (await getLive(context, { since: revision, waitMs: '1' })).text()).toBe('');
    const waiting = getLive(context, { since: revision });
    await context.merchant.createOrder({ merchant_order_reference: 'TEA-9' });
    expect(await (await waiting).text()).toContain('TEA-9');
  });

  test('a client that goes away is not waited for', async () => {
    const context = await createTestSandbox();
    const { revision } = (await (await getLive(context, {})).json()) as LiveChanges;
    const gone = new AbortController();
    const waiting = context.sandbox.fetch(
      new Request(`${base}/sandbox/live?since=${encodeURIComponent(revision)}`, { signal: gone.signal }),
    );
    gone.abort();
    expect(await (await waiting).text()).toBe('');
  });

  test('pages that wait at the same time do not wake each other', async () => {
    let reads = 0;
    const context = await createTestSandbox({
      now: () => {
        reads += 1;
        return Date.UTC(2026, 0, 5);
      },
    });
    const { revision } = (await (await getLive(context, {})).json()) as LiveChanges;
    const before = reads;
    const pages = Array.from({ length: 4 }, async () =>
      (await getLive(context, { since: revision, waitMs: '60' })).text(),
    );
    const tests = Array.from({ length: 4 }, () => context.sandbox.findWithin('messages', { orderId: 'none' }, 60));
    await Promise.all([...pages, ...tests]);
    expect(reads - before).toBeLessThan(500);
  });

  test('a page that is open while a dozen orders are paid receives less than 100 kB', async () => {
    const context = await createTestSandbox();
    let { revision } = (await (await getLive(context, {})).json()) as LiveChanges;
    let bytes = 0;
    for (let i = 0; i < 12; i++) {
      await pay(context);
      const text = await (await getLive(context, { since: revision })).text();
      bytes += text.length;
      ({ revision } = JSON.parse(text) as LiveChanges);
    }
    expect(context.sandbox.state.requests.length).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(100_000);
  });
});

describe('the timeline of an order', () => {
  test('has its calls, steps, messages and webhooks in one column, and none of another order', async () => {
    const context = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: () => Promise.resolve(new Response('thanks')),
    });
    const { orderId } = await pay(context);
    const other = await pay(context);
    await context.sandbox.whenIdle();
    const { regions } = (await (await getLive(context, { order: orderId })).json()) as LiveChanges;
    const shown = Object.values(regions[`timeline-${orderId}`]?.changed ?? {}).join('\n');
    for (const text of [
      'createOrder',
      'generateOtp',
      'submitOtp',
      'wrong OTP 1',
      'is your OTP',
      'ORDER_PROCESSED',
      '+0.0 s',
    ])
      expect(shown).toContain(text);
    expect(shown).not.toContain(other.orderId);
    expect(regions['orders']).toBeUndefined();
  });

  test('reads that follow each other with the same answer are one item', async () => {
    const context = await createTestSandbox();
    const { orderId } = await pay(context);
    const { regions } = (await (await getLive(context, { order: orderId })).json()) as LiveChanges;
    const items = Object.values(regions[`timeline-${orderId}`]?.changed ?? {});
    const reads = items.filter((item) => item.includes('getOrder'));
    expect(reads).toHaveLength(1);
    expect(reads[0]).toContain('× 5');
  });

  test('an order that does not exist shows all orders', async () => {
    const context = await createTestSandbox();
    await pay(context);
    const { regions } = (await (await getLive(context, { order: 'none' })).json()) as LiveChanges;
    expect(regions['orders']?.ids).toHaveLength(1);
  });
});

describe('the details of an entry', () => {
  test('a webhook has its URL, and of each attempt the headers, the answer and the duration', async () => {
    const answers = [new Response('busy', { status: 503 }), new Response('thanks')];
    const context = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: () => Promise.resolve(answers.shift() ?? new Response()),
    });
    await pay(context);
    await context.sandbox.whenIdle();
    const shown = await (await context.sandbox.fetch(`${base}/sandbox/details?webhook=1`)).text();
    for (const text of [
      'https://shop.test/hook',
      'webhook-signature: v1,',
      'Attempt 2',
      '503',
      'busy',
      'thanks',
      'ORDER_PROCESSED',
    ])
      expect(shown).toContain(text);
    expect(context.sandbox.state.deliveries[0]?.attempts).toMatchObject([
      { status: 503, response: 'busy', durationMs: expect.any(Number) as number },
      { status: 200, response: 'thanks' },
    ]);
  });

  test('a long answer is kept by its beginning', async () => {
    const context = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: () => Promise.resolve(new Response('x'.repeat(100_000))),
    });
    await pay(context);
    await context.sandbox.whenIdle();
    expect(context.sandbox.state.deliveries[0]?.attempts[0]?.response).toHaveLength(2001);
  });

  test('a call has its Request-ID, its duration, and a cURL command without a token or a card number', async () => {
    const context = await createTestSandbox();
    await context.merchant.call('GET', '/api/pay/v1/orders/none', undefined, { 'request-id': 'trace-7' });
    const [last] = context.sandbox.state.requests.slice(-1);
    expect(last).toMatchObject({ requestId: 'trace-7', durationMs: expect.any(Number) as number });
    await context.merchant.start();
    const all = context.sandbox.state.requests.map(({ number }) => number);
    const shown = await Promise.all(
      all.map(async (number) => (await context.sandbox.fetch(`${base}/sandbox/details?call=${number}`)).text()),
    );
    expect(shown.join('')).toContain('curl --request POST');
    expect(shown.join('')).toContain('trace-7');
    expect(shown.join('')).not.toContain(context.merchant.token);
    expect(shown.join('')).not.toContain('4012001037141112');
  });

  test('an entry that the log does not have is 400', async () => {
    const { sandbox } = await createTestSandbox();
    expect((await sandbox.fetch(`${base}/sandbox/details?call=99`)).status).toBe(400);
  });
});
