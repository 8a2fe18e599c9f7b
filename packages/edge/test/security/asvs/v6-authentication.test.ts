/** OWASP Application Security Verification Standard 5.0, chapter V6: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTestShop, CustomerPage, startAndPrompt, rightOtp, wrongOtp } from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V6 authentication', () => {
  test('6.5.1: an OTP is sent once per idempotency key: the same request again sends nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const body = { idempotencyKey: idempotencyKey(), otp: wrongOtp };
    for (let turn = 0; turn < 5; turn += 1) await page.post('otp/submit', body);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('6.6.2: an OTP is bound to its payment: it is submitted to the payment of its session only', async () => {
    const submitted: string[] = [];
    const shop = createTestShop({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit'))
          submitted.push(((await request.clone().json()) as { payment_id: string }).payment_id);
        return send(request);
      },
    });
    const [one, other] = [
      await shop.startPayment(await shop.createOrder()),
      await shop.startPayment(await shop.createOrder()),
    ];
    const page = new CustomerPage(shop.handler, one.client.session);
    await page.generate();
    await new CustomerPage(shop.handler, other.client.session).generate();
    await page.submit(rightOtp);
    expect(submitted).toEqual([one.paymentId]);
    const named = { idempotencyKey: idempotencyKey(), otp: rightOtp, payment_id: other.paymentId };
    expect((await page.post('otp/submit', named)).status).toBe(400);
  });

  test('6.6.3: OTPs cannot be guessed: five attempts in all, from any number of sessions, pages and isolates', async () => {
    let [handedOn, refusal, status] = [0, '', 0];
    const one = await startAndPrompt({
      async network(request, send) {
        if (!request.url.endsWith('/otp/submit')) return send(request);
        handedOn += 1;
        // A bank that refuses for ever, with the words of the first refusal.
        if (refusal !== '') return new Response(refusal, { status });
        const response = await send(request);
        [refusal, status] = [await response.clone().text(), response.status];
        return response;
      },
    });
    const { handler, store, sandbox, clock } = one.shop;
    const isolate = createTestShop({ sandbox, store, clock });
    const { client } = (await isolate.handler.resumePayment({ orderId: one.orderId })) ?? {};
    const pages = [
      one.page,
      new CustomerPage(handler, client?.session ?? ''),
      new CustomerPage(handler, one.page.session),
    ];
    for (let code = 0; code < 21; code += 1) await pages[code % 3]?.submit(String(200_000 + code));
    expect(handedOn).toBe(5);
  });
});
