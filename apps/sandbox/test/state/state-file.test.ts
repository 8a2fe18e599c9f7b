import { describe, expect, test } from 'vitest';
import { createSandbox, readState, writeState } from '../../src/index.ts';
import { createTestSandbox, Merchant } from '../support/merchant.ts';

const delivery = {
  number: 1,
  id: 'msg_1',
  at: '2026-01-05T06:30:00Z',
  eventType: 'E',
  orderId: 'o',
  url: null,
  state: 'noUrl',
  mode: 'normal',
  attempts: [],
  body: '{}',
};
const call = {
  number: 1,
  at: '2026-01-05T06:30:00Z',
  operation: 'getOrder',
  method: 'GET',
  path: '/',
  status: 200,
  request: null,
  response: {},
};

/** Every path of a stored state, down to its leaves; of a longer list its last entry stands for the others. */
function pathsOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const isList = Array.isArray(value);
  const members = Object.entries(value).slice(isList && value.length > 2 ? -1 : 0);
  const inner = members.flatMap(([key, member]) => pathsOf(member, [...at, isList ? Number(key) : key]));
  return at.length === 0 ? inner : [at, ...inner];
}

/** Replaces the value at a path; undefined removes it. */
function edit(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? edit(item, rest, by) : item));
  return { ...(value as object), [key]: edit((value as Record<string, unknown>)[key], rest, by) };
}

describe('state file', () => {
  test('a sandbox continues from a state that was written and read', async () => {
    const { merchant, sandbox, clock } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('pays', {
      purchase_details: { merchant_metadata: { entries: [] } },
    });
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    const before = await merchant.getOrder(orderId);

    const next = createSandbox({ now: clock.now, state: readState(writeState(sandbox.state)) });
    const same = new Merchant((request) => next.fetch(request));
    same.token = merchant.token;
    expect(await same.getOrder(orderId)).toEqual(before);
    await same.submit(paymentId, '123456');
    expect(await same.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('a webhook delivery that was in flight becomes failed', async () => {
    const { merchant, sandbox } = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: () => new Promise(() => {}),
    });
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(sandbox.state.deliveries).toMatchObject([{ state: 'sending' }]);
    expect(readState(writeState(sandbox.state)).deliveries).toMatchObject([{ state: 'failed' }]);
  });

  test('settings are kept, and a given option takes precedence', () => {
    const first = createSandbox({ otpAttempts: 1 });
    first.configure({ webhookMode: 'never', lenient: true });
    const next = createSandbox({ otpAttempts: 2, state: readState(writeState(first.state)) });
    expect(next.settings()).toMatchObject({ otpAttempts: 2, webhookMode: 'never', lenient: true, otpResends: 3 });
  });

  test.each(['', '{}', '{"version":1,"state":{}}', '{"version":4,"state":{}}', 'null', '[]'])(
    '%j is rejected',
    (text) => {
      expect(() => readState(text)).toThrow('Not a state file');
    },
  );

  test('a state of the version before is read', () => {
    const { number: _number, ...unnumbered } = delivery;
    const text = JSON.stringify({
      version: 2,
      state: { webhookUrl: 'https://shop.test/hook', deliveries: [unnumbered], messages: [], requests: [] },
    });
    expect(readState(text)).toMatchObject({ webhookUrls: ['https://shop.test/hook'], deliveries: [{ number: 1 }] });
  });

  test.each([
    [{ deliveries: [{ ...delivery, attempts: undefined }] }, 'state.deliveries[0].attempts must be present'],
    [{ deliveries: [{ ...delivery, state: 'lost' }] }, 'state.deliveries[0].state must be noUrl or'],
    [{ requests: [{ ...call, at: 'yesterday' }] }, 'state.requests[0].at must be an ISO 8601 time'],
    [
      { dueEvents: [{ atMs: 1e300, kind: 'decide', paymentId: 'p' }] },
      'state.dueEvents[0].atMs must be a number from 0',
    ],
    [{ dueEvents: [null] }, 'state.dueEvents[0] must be an object'],
    [{ orders: [['a', {}]] }, 'state.orders[0][1].id must be present'],
    [{ orders: {} }, 'state.orders must be an array'],
    [{ clockOffsetMs: 'soon' }, 'state.clockOffsetMs must be a number'],
    [{ settings: { otpAttempts: 99 } }, '"otpAttempts" must be an integer'],
    [{ faults: [{ fault: { fault: 'nope' }, skip: 0, remaining: 1 }] }, 'state.faults[0].fault must be valid'],
    [{ namespaces: [['a', { tokens: [[1, 2]] }]] }, 'state.namespaces[a].tokens[0][0] must be a string'],
  ])('a state that was edited to %j is refused with the member and what it must be', (state, problem) => {
    expect(() => readState(JSON.stringify({ version: 3, state }))).toThrow(problem);
  });

  test('a state that was edited anywhere is refused with the place, or every page and route works with it', async () => {
    const { merchant, sandbox, clock } = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: async () => new Response('no', { status: 500 }),
      wait: async () => undefined,
    });
    const { orderId, paymentId } = await merchant.start('slow', { pre_auth: true });
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    await merchant.submit(paymentId, '123456');
    const { paymentId: declined } = await merchant.startAnother(orderId, 'no-funds');
    await merchant.generate(declined);
    await merchant.submit(declined, '123456');
    await sandbox.whenIdle();
    sandbox.script({ operation: 'getOrder', fault: 'empty' });
    const stored = JSON.parse(sandbox.exportState()) as { state: object };
    const lastCall = `details?call=${sandbox.state.requests.length}`;
    const pages = ['', `?order=${orderId}`, 'orders', 'webhooks', 'details?webhook=1', lastCall];
    let accepted = 0;
    for (const path of pathsOf(stored.state))
      for (const by of [undefined, null, 'x', 1e300, []]) {
        const text = JSON.stringify({ ...stored, state: edit(stored.state, path, by) });
        let edited: ReturnType<typeof readState>;
        try {
          edited = readState(text);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Not a state file: state/);
          continue;
        }
        accepted += 1;
        const next = createSandbox({ now: clock.now, state: edited, webhookUrl: null });
        for (const page of pages) {
          const response = await next.fetch(`http://127.0.0.1:3001/sandbox/${page}`);
          const isGone = response.status === 400 && (await response.text()).includes('no longer has this entry');
          expect({ path, by, page, works: response.status === 200 || isGone }).toMatchObject({ works: true });
        }
      }
    expect(accepted).toBeGreaterThan(0);
  }, 120_000);

  test('the control routes hand a state out and take it in', async () => {
    const { merchant, sandbox, clock } = await createTestSandbox();
    const { orderId } = await merchant.start('pays', { merchant_order_reference: 'seed' });
    const seed = await merchant.call('GET', '/sandbox/state');
    const next = createSandbox({ now: clock.now });
    const other = new Merchant((request) => next.fetch(request));
    other.token = merchant.token;
    expect((await other.call('PUT', '/sandbox/state', seed.body)).status).toBe(200);
    expect(await other.getOrder(orderId)).toEqual(await merchant.getOrder(orderId));
    expect((await other.call('PUT', '/sandbox/state', { version: 3, state: { orders: 7 } })).status).toBe(400);
    expect(await other.getOrder(orderId)).toEqual(await merchant.getOrder(orderId));
    // Into a namespace as well, and never beyond it.
    const copy = sandbox.namespace('copy');
    copy.importState(sandbox.exportState());
    expect(copy.find('orders', { reference: 'seed' })).toHaveLength(1);
    expect(copy.state.namespaces.size).toBe(0);
  });
});
