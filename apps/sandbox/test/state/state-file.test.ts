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

  test.each(['', '{}', '{"version":1,"state":{}}', '{"version":3,"state":{}}', 'null', '[]'])(
    '%j is rejected',
    (text) => {
      expect(() => readState(text)).toThrow('Not a state file');
    },
  );
});
