/** Rules of a return whose body, hook or payment is not there, and of what a return costs. */
import { expect, test } from 'vitest';
import { TestDatabase } from '../support/test-database.ts';
import {
  createReturnRequest,
  createSignedReturn,
  createTestShop,
  deferred,
  instantSleep,
  shopOrigin,
  startAndPrompt,
  startAndSubmit,
} from '../support/test-shop.ts';

const unverified = `${shopOrigin}/return?problem=unverified`;

test('signed fields in a body of another content type are unverified', async () => {
  const { shop, orderId } = await startAndSubmit();
  const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
  const headers = { 'content-type': 'text/plain' };
  const request = new Request(shop.handler.returnUrl, { method: 'POST', headers, body: fields.toString() });
  expect((await shop.handler.fetch(request)).headers.get('location')).toBe(unverified);
  expect([shop.verdicts, shop.problems]).toEqual([[], [{ code: 'RETURN_UNVERIFIED' }]]);
});

test('a body that somebody else has read is reported, and the customer redirected as unverified', async () => {
  const { shop, orderId } = await startAndSubmit();
  const request = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
  await request.text();
  const response = await shop.handler.fetch(request);
  expect([response.status, response.headers.get('location')]).toEqual([303, unverified]);
  expect(shop.problems.map(({ code }) => code)).toEqual(['INTERNAL', 'RETURN_UNVERIFIED']);
});

test('a return for an order whose only start was refused is unconfirmed', async () => {
  let isRefused = false;
  const shop = createTestShop({
    network: (request, send) =>
      isRefused && request.method === 'POST'
        ? Promise.resolve(Response.json({ code: 'INVALID_REQUEST', message: 'no' }, { status: 400 }))
        : send(request),
  });
  const orderId = await shop.createOrder();
  isRefused = true;
  await expect(shop.startPayment(orderId, { nativeOtp: true })).rejects.toThrow();
  const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
  const response = await shop.handler.fetch(createReturnRequest(fields));
  expect(response.headers.get('location')).toBe(`${shopOrigin}/return?problem=unconfirmed`);
  expect(shop.problems.map(({ code }) => code)).toContain('RETURN_UNKNOWN');
  expect(shop.events).toEqual([]);
});

test('an onReturn that takes longer than the customer waits is kept alive', async () => {
  const goOn = deferred();
  let isFinished = false;
  const { shop, orderId } = await startAndSubmit({
    wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
    async onReturn() {
      await goOn.promise;
      await instantSleep(0);
      isFinished = true;
    },
  });
  const kept: Promise<unknown>[] = [];
  const request = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
  const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
  expect([response.status, isFinished]).toEqual([303, false]);
  goOn.resolve();
  await Promise.all(kept);
  expect(isFinished).toBe(true);
});

test('a return of an open payment costs one read of its record', async () => {
  const store = new TestDatabase();
  const { shop, orderId } = await startAndPrompt({ store });
  shop.clock.advance(5);
  const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
  await shop.handler.fetch(createReturnRequest(fields));
  store.calls.length = 0;
  shop.clock.advance(5);
  await shop.handler.fetch(createReturnRequest(fields));
  expect(store.calls.filter((call) => call === 'load')).toEqual(['load']);
});

test('without a returnPage the customer goes to the first page of the shop', async () => {
  const { shop, orderId } = await startAndSubmit({ returnPage: undefined as never });
  const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
  const response = await shop.handler.fetch(createReturnRequest(fields));
  expect(response.headers.get('location')).toMatch(/^https:\/\/shop\.example\/\?reference=/);
});
