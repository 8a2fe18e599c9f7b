/** OWASP Application Security Verification Standard 5.0, chapter V16: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../../support/flaky-store.ts';
import {
  createBrowserRequest,
  readProblemCode,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  webhookSecret,
} from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V16 errors and logs', () => {
  test('16.2.5: reported problems have a code, and never the OTP or the session', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', times: 0 });
    await page.submit('73918264');
    const told = JSON.stringify(shop.problems);
    expect(shop.problems.map(({ code }) => code).length).toBeGreaterThan(0);
    expect(told).not.toContain('73918264');
    expect(told).not.toContain(page.session);
  });

  test('16.3.3: failed verifications are reported', async () => {
    const { shop } = await startAndPrompt({ webhook: { secret: webhookSecret } });
    await shop.handler.fetch(
      createReturnRequest(new URLSearchParams({ order_id: 'v1-x', status: 'AUTHORIZED', signature: 'A'.repeat(64) })),
    );
    await shop.handler.fetch(new Request(shop.handler.webhookUrl, { method: 'POST', body: '{}' }));
    expect(shop.problems.map(({ code }) => code)).toEqual(['RETURN_UNVERIFIED', 'WEBHOOK_UNVERIFIED']);
  });

  test('16.5.1: an internal error is one fixed response without details', async () => {
    const store = new FlakyStore();
    const { page } = await startAndPrompt({ store });
    store.loadFailure = 'throws';
    const response = await page.post('payment', {});
    expect([response.status, await response.text()]).toEqual([503, '{"problem":{"code":"BACKEND_UNREACHABLE"}}']);
  });

  test('16.5.2, 16.5.3: without its store it fails closed: no OTP is sent uncounted', async () => {
    const store = new FlakyStore();
    const { shop, page } = await startAndPrompt({ store });
    for (const member of ['loadFailure', 'saveFailure'] as const) {
      store[member] = 'throws';
      const response = await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: rightOtp });
      expect([response.status, await readProblemCode(response)]).toEqual([503, 'BACKEND_UNREACHABLE']);
      store[member] = undefined;
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('16.5.4: the handler responds even when its code throws', async () => {
    let isBroken = false;
    const newId = (): string => {
      if (isBroken) throw new Error('no entropy');
      return crypto.randomUUID();
    };
    const { shop, page } = await startAndPrompt({ newId });
    isBroken = true;
    shop.clock.advance(1);
    const response = await shop.handler.fetch(createBrowserRequest('payment', { session: page.session }));
    expect([response.status, await response.text()]).toEqual([500, '{"problem":{"code":"INTERNAL"}}']);
  });
});
