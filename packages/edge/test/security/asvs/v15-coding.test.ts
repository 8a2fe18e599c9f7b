/** OWASP Application Security Verification Standard 5.0, chapter V15: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createBrowserRequest, startAndPrompt, rightOtp, wrongOtp } from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V15 coding', () => {
  test('15.3.2: a redirect from Plural is not followed with an OTP', async () => {
    const asked: string[] = [];
    let away = false;
    const { page } = await startAndPrompt({
      async network(request, send) {
        asked.push(new URL(request.url).host);
        if (away) return new Response(null, { status: 307, headers: { location: 'https://evil.example/' } });
        return send(request);
      },
    });
    away = true;
    await page.submit(rightOtp);
    expect(new Set(asked)).toEqual(new Set(['127.0.0.1:3001']));
  });

  test('15.3.3, 15.3.7: fields of the record cannot be set by a body or a query', async () => {
    const { shop, page } = await startAndPrompt();
    for (const more of [
      { submits: 0 },
      { phase: 'authorized' },
      { activeUntilMs: 9e15 },
      { verdict: { outcome: 'paid' } },
    ]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: rightOtp, ...more })).status).toBe(
        400,
      );
    }
    const asked = createBrowserRequest('otp/submit', {
      session: page.session,
      idempotencyKey: idempotencyKey(),
      otp: wrongOtp,
    });
    await shop.handler.fetch(new Request(`${asked.url}?otp=${rightOtp}&phase=authorized`, asked));
    expect(await page.getView()).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
  });

  test('15.3.5: types are checked strictly', async () => {
    const { page } = await startAndPrompt();
    for (const otp of [123_456, [rightOtp], { length: 6 }, true]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp })).status).toBe(400);
    }
  });

  test('15.3.6: no body pollutes a prototype', async () => {
    const { shop, page } = await startAndPrompt();
    const body = `{"session":"${page.session}","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
    await shop.handler.fetch(createBrowserRequest('payment', body));
    expect('polluted' in {}).toBe(false);
  });
});
