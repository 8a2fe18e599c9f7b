import { describe, expect, test } from 'vitest';
import { FrailStore } from '../support/flaky-store.ts';
import {
  landmark,
  openTill,
  Page,
  paymentsOf,
  refusalOf,
  rightOtp,
  type Till,
  type TillOptions,
} from '../support/test-shop.ts';

/** Breaks calls of one path: before they take effect, after it, or with another answer. */
function broken(path: RegExp): {
  network: NonNullable<TillOptions['network']>;
  set(mode: 'before' | 'after' | undefined): void;
} {
  let mode: 'before' | 'after' | undefined;
  return {
    set: (next) => {
      mode = next;
    },
    async network(request, send) {
      if (mode === undefined || request.method !== 'POST' || !path.test(request.url)) return send(request);
      if (mode === 'after') await send(request);
      throw new TypeError('connection reset');
    },
  };
}

/** A process that had its payment made at Plural, and died before the answer came back. */
async function diedAfterPayment(): Promise<{ first: Till; orderId: string }> {
  const made = landmark();
  const first = openTill({
    async network(request, send) {
      const answer = await send(request);
      if (!request.url.endsWith('/payments')) return answer;
      made.reach();
      return new Promise<Response>(() => undefined);
    },
  });
  const orderId = await first.order();
  void first.start(orderId, { reference: 'pay-1' });
  await made.reached;
  return { first, orderId };
}

describe('startPayment, when something fails', () => {
  test('a payment Plural refuses is thrown, leaves nothing behind, and another may be made', async () => {
    const till = openTill();
    const orderId = await till.order();
    till.sandbox.script({
      operation: 'createPayment',
      fault: 'status',
      status: 422,
      body: { code: 'CARD_NOT_ALLOWED' },
    });
    expect(await refusalOf(till.start(orderId))).toMatchObject({ code: 'API_REJECTED', outcome: 'none' });
    expect(await till.store.due(till.clock.now() + 1e12, 10)).toEqual([]);
    expect((await till.start(orderId)).nativeOtp).toBe(true);
    till.clock.forward(3600);
    expect(paymentsOf(till, orderId)).toHaveLength(1);
  });

  test('a payment whose answer was lost is found in the order and adopted, not made twice', async () => {
    const fault = broken(/\/payments$/);
    const till = openTill({ network: fault.network });
    const orderId = await till.order();
    fault.set('after');
    const started = await till.start(orderId);
    expect(paymentsOf(till, orderId)).toMatchObject([{ id: started.paymentId }]);
    expect(started.client.view.phase).toBe('ready');
  });

  test('a payment that Plural calls a duplicate is found in the order and adopted', async () => {
    const till = openTill();
    const orderId = await till.order();
    const body = { code: 'DUPLICATE_REQUEST', message: 'known' };
    till.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422, body, takesEffect: true });
    const started = await till.start(orderId);
    expect(paymentsOf(till, orderId)).toMatchObject([{ id: started.paymentId }]);
  });

  test('one that cannot be found is PAYMENT_UNKNOWN; the same reference tries again, another is barred', async () => {
    const fault = broken(/\/payments$/);
    const till = openTill({ network: fault.network });
    const orderId = await till.order();
    fault.set('before');
    expect(await refusalOf(till.start(orderId, { reference: 'pay-1' }))).toMatchObject({
      code: 'PAYMENT_UNKNOWN',
      outcome: 'unknown',
    });
    fault.set(undefined);
    expect((await refusalOf(till.start(orderId, { reference: 'pay-2' }))).code).toBe('PAYMENT_UNDECIDED');
    expect((await till.start(orderId, { reference: 'pay-1' })).nativeOtp).toBe(true);
    expect(paymentsOf(till, orderId)).toHaveLength(1);
  });

  test('a payment made by a process that died is adopted by the sweep, and its verdict delivered', async () => {
    const { first, orderId } = await diedAfterPayment();
    const [payment] = first.sandbox.state.orders.get(orderId)?.payments ?? [];
    expect(payment).toBeDefined();
    const till = openTill({ clock: first.clock, sandbox: first.sandbox, store: first.store });
    await till.plural.generateOtp(payment?.id ?? '');
    await till.plural.submitOtp(payment?.id ?? '', rightOtp);
    till.clock.forward(60);
    expect(await till.handler.sweep()).toMatchObject({ checked: 1, delivered: 1 });
    const resumed = await till.handler.resumePayment({ orderId });
    const reference = resumed?.client.view.reference ?? '';
    expect(await till.handler.openReference(reference)).toMatchObject({ orderId, paymentId: payment?.id });
    expect(till.verdicts).toMatchObject([
      { outcome: 'paid', paymentId: payment?.id, merchantPaymentReference: 'pay-1' },
    ]);
  });

  test('a payment made by a process that died is adopted at once by the next start with its reference', async () => {
    const { first, orderId } = await diedAfterPayment();
    const till = openTill({ clock: first.clock, sandbox: first.sandbox, store: first.store });
    const started = await till.start(orderId, { reference: 'pay-1' });
    expect(started.client.view.phase).toBe('ready');
    expect(paymentsOf(till, orderId)).toHaveLength(1);
    expect(till.calls('createPayment')).toBe(1);
  });

  test('a bank’s page on a strange host is refused in the first test, with its name and the option', async () => {
    const till = openTill({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    const orderId = await till.order();
    const refusal = await refusalOf(till.start(orderId, { reference: 'pay-1' }));
    expect(refusal.code).toBe('CHALLENGE_URL_REFUSED');
    expect(refusal.message).toContain('acs.bank.example');
    expect(refusal.message).toContain('challengeHosts');
    expect(refusal.message).not.toContain('token=');
    const mended = openTill({
      sandbox: till.sandbox,
      clock: till.clock,
      store: till.store,
      challengeHosts: ['acs.bank.example'],
    });
    const started = await mended.start(orderId, { reference: 'pay-1' });
    expect(started.challengeUrl).toMatch(/^https:\/\/acs\.bank\.example\//);
    expect(paymentsOf(till, orderId)).toHaveLength(1);
  });

  test.each(['load', 'save'] as const)(
    'a store whose %s fails still lets the customer go to the bank’s page; acts answer 503',
    async (which) => {
      const store = new FrailStore();
      const till = openTill({ store });
      const orderId = await till.order();
      if (which === 'load') store.onLoad = 'throws';
      store.onSave = 'throws';
      const started = await till.start(orderId);
      expect(started.client.view.next).toContain('redirect');
      const page = new Page(till.handler, started.client.session);
      expect((await page.post('otp/generate', { idempotencyKey: '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e' })).status).toBe(
        503,
      );
      expect(till.calls('generateOtp')).toBe(0);
      store.onLoad = undefined;
      store.onSave = undefined;
      expect((await page.generate()).phase).toBe('awaitingOtp');
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
      till.clock.forward(1);
      expect((await page.look()).phase).toBe('authorized');
      expect(till.verdicts).toMatchObject([{ orderId, outcome: 'paid', amount: { value: 35_000 } }]);
    },
  );

  test('a record that was lost stays lost for its sessions: nothing is sent without its counts', async () => {
    const till = openTill();
    const { client } = await till.start(await till.order());
    const other = openTill({ sandbox: till.sandbox, clock: till.clock });
    const page = new Page(other.handler, client.session);
    expect((await page.post('otp/generate', { idempotencyKey: '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e' })).status).toBe(
      503,
    );
    expect(till.calls('generateOtp')).toBe(0);
  });
});
