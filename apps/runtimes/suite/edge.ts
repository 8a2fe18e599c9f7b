import type { PaymentView } from '@plural-otp/flow/contract';
import { createOtpPage } from '@plural-otp/edge/page';
import { equal, type Cases } from './assert.ts';
import { cardPayment, rightOtp, createFixtures, type Fixtures } from './fixtures.ts';

const idempotencyKey = (): string => crypto.randomUUID();

async function startPayment({ handler, createOrder: order }: Fixtures): Promise<string> {
  const { client } = await handler.startPayment({ orderId: await order(), payment: cardPayment });
  equal(client.view.phase, 'ready', 'phase after the start');
  return client.session;
}

async function readView(response: Promise<Response>): Promise<PaymentView> {
  const answer = await response;
  equal(answer.status, 200, 'status');
  return (await answer.json()) as PaymentView;
}

export const edgeCases: Cases = {
  'edge: the right OTP ends in authorized, with one paid verdict': async () => {
    const shop = createFixtures();
    const session = await startPayment(shop);
    equal(
      (await readView(shop.post('otp/generate', { session, idempotencyKey: idempotencyKey() }))).phase,
      'awaitingOtp',
      'phase',
    );
    // Accepted is not paid: the order, read when the page asks, says so.
    equal(
      (await readView(shop.post('otp/submit', { session, otp: rightOtp, idempotencyKey: idempotencyKey() }))).phase,
      'confirming',
      'phase',
    );
    equal((await readView(shop.post('payment', { session }))).phase, 'authorized', 'phase');
    equal(
      shop.verdicts.map(({ outcome }) => outcome),
      ['paid'],
      'verdicts',
    );
  },
  'edge: a rejected OTP is a miss, and a repeated idempotency key sends nothing': async () => {
    const shop = createFixtures();
    const session = await startPayment(shop);
    await readView(shop.post('otp/generate', { session, idempotencyKey: idempotencyKey() }));
    const submit = { session, otp: '000000', idempotencyKey: idempotencyKey() };
    const first = await readView(shop.post('otp/submit', submit));
    equal([first.phase, first.problem?.code], ['awaitingOtp', 'OTP_NOT_ACCEPTED'], 'view');
    equal((await readView(shop.post('otp/submit', submit))).attempts?.misses, 1, 'misses');
  },
  'edge: the page without script draws the field, and goes on to the merchant’s page once it is paid': async () => {
    const shop = createFixtures();
    const page = createOtpPage(shop.handler);
    const session = await startPayment(shop);
    const send = async (fields: Record<string, string>): Promise<string> => {
      const answer = await page.fetch(
        new Request('http://127.0.0.1:3000/plural/page', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
          body: new URLSearchParams({ session, idempotencyKey: idempotencyKey(), ...fields }).toString(),
        }),
      );
      equal(answer.status, 200, 'status');
      return answer.text();
    };
    equal((await send({ action: 'generate' })).includes('id="otp"'), true, 'the field');
    equal((await send({ action: 'submit', otp: '000 000' })).includes('aria-invalid'), true, 'the miss at the field');
    equal((await send({ action: 'submit', otp: '१२३४५६' })).includes('http-equiv="refresh"'), true, 'the way on');
    equal(
      shop.verdicts.map(({ outcome }) => outcome),
      ['paid'],
      'verdicts',
    );
  },
  'edge: a seal with another byte opens nothing': async () => {
    const shop = createFixtures();
    const session = await startPayment(shop);
    const broken = `${session.slice(0, -2)}${session.endsWith('A') ? 'BB' : 'AA'}`;
    equal((await shop.post('payment', { session: broken })).status, 401, 'status');
  },
  'edge: a page of another origin is refused': async () => {
    const { handler } = createFixtures();
    const response = await handler.fetch(
      new Request('http://127.0.0.1:3000/plural/payment', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        body: '{}',
      }),
    );
    equal(response.status, 403, 'status');
  },
};
