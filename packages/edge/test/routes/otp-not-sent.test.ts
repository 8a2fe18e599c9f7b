import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rightOtp, startAndPrompt, type TestShopOptions } from '../support/test-shop.ts';

describe('what the customer reads when an action was not sent, because Plural gave no access token', () => {
  const answers: [string, () => Promise<Response>, string][] = [
    ['cannot be reached', () => Promise.reject(new TypeError('connection refused')), 'BACKEND_UNREACHABLE'],
    ['is busy', async () => Response.json({ code: 'X' }, { status: 429 }), 'BUSY'],
    ['rejects the credentials', async () => Response.json({ code: 'X' }, { status: 401 }), 'INTERNAL'],
  ];
  test.each(answers)('and %s', { timeout: 20_000 }, async (_title, answer, code) => {
    let isDown = false;
    const network: TestShopOptions['network'] = (request, send) =>
      isDown && request.url.endsWith('/auth/v1/token') ? answer() : send(request);
    const { shop, page } = await startAndPrompt({ network, limits: { submits: 1, resends: 1 } });
    shop.clock.advance(600);
    shop.sandbox.state.tokens.clear();
    isDown = true;
    const [submit, resend] = [randomUUID(), randomUUID()];
    expect(await page.submit(rightOtp, submit)).toMatchObject({ phase: 'awaitingOtp', problem: { code } });
    expect(await page.resend(resend)).toMatchObject({ phase: 'awaitingOtp', problem: { code } });
    expect(shop.events.map(({ type }) => type)).toEqual(['started', 'shown', 'otpSent', 'submitted', 'otpNotSent']);
    isDown = false;
    // Both are given back, so that the last attempt is still there.
    expect(await page.resend(resend)).toMatchObject({ phase: 'awaitingOtp' });
    expect((await page.submit(rightOtp, submit)).phase).toBe('confirming');
    const accepted = shop.sandbox.state.requests
      .filter(({ status }) => status === 200)
      .map(({ operation }) => operation);
    for (const operation of ['submitOtp', 'resendOtp']) {
      expect(accepted.filter((each) => each === operation)).toHaveLength(1);
    }
  });
});
