import { describe, expect, test } from 'vitest';
import { createSandbox, readState, writeState } from '../../src/index.ts';
import { createTestSandbox, Merchant } from '../support/merchant.ts';

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
    const delivery = {
      id: 'msg_1',
      at: '',
      eventType: 'E',
      orderId: 'o',
      url: null,
      state: 'noUrl',
      attempts: [],
      body: '',
    };
    const text = JSON.stringify({
      version: 2,
      state: { webhookUrl: 'https://shop.test/hook', deliveries: [delivery], messages: [], requests: [] },
    });
    expect(readState(text)).toMatchObject({ webhookUrls: ['https://shop.test/hook'], deliveries: [{ number: 1 }] });
  });

  test.each([
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
