import { describe, expect, test } from 'vitest';
import {
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  createTestShop,
  CustomerPage,
  deferred,
  openPage,
  rightOtp,
  startAndPrompt,
  startAndSubmit,
  type PaymentFixture,
  type TestShopOptions,
} from '../support/test-shop.ts';

type Json = Record<string, unknown>;
interface OrderJson extends Json {
  payments: Json[];
}

/** Changes every order that Plural's response holds on its way to the client, once `change` is set. */
function createRewriter(): {
  network: NonNullable<TestShopOptions['network']>;
  change: ((order: OrderJson) => void) | undefined;
} {
  const rewriter: ReturnType<typeof createRewriter> = {
    change: undefined,
    network: async (request, send) => {
      const response = await send(request);
      if (!rewriter.change || request.method !== 'GET') return response;
      const body = (await response.json()) as { data: OrderJson };
      rewriter.change(body.data);
      return Response.json(body, { status: response.status });
    },
  };
  return rewriter;
}

/** Sets the statuses that Plural's responses show. */
const show =
  (order: string, payment: string) =>
  (json: OrderJson): void => {
    json['status'] = order;
    for (const own of json.payments) own['status'] = payment;
  };

/** Every way in that reads the order. */
const ways: Record<string, (made: PaymentFixture) => Promise<unknown>> = {
  status: ({ page }) => page.getView(),
  settle: ({ shop, orderId }) => shop.handler.settle(orderId),
  sweep: ({ shop }) => shop.handler.sweep(),
  webhook: async ({ shop, orderId }) =>
    shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })),
  return: async ({ shop, orderId }) =>
    shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }))),
};

describe('a payment that ended without money', () => {
  test.each([
    ['CANCELLED', 'ATTEMPTED', true],
    ['CANCELLED', 'PENDING', true],
    ['CANCELLED', 'FAILED', false],
    ['PENDING', 'FAILED', false],
    ['CHALLENGED', 'FAILED', false],
  ])('payment %s, order %s: failed, and the order takes another payment: %s', async (payment, order, orderOpen) => {
    const rewriter = createRewriter();
    const made = await startAndPrompt({ network: rewriter.network });
    rewriter.change = show(order, payment);
    made.shop.clock.advance(2);
    expect(await made.page.getView()).toMatchObject({
      phase: 'failed',
      problem: { code: 'PAYMENT_FAILED' },
      next: orderOpen ? ['payAgain'] : [],
    });
    expect(made.shop.verdicts).toMatchObject([{ outcome: 'failed', orderOpen }]);
    expect(made.shop.problems).toEqual([]);
  });

  test('an order that fails and is processed after all: paid supersedes failed', async () => {
    const rewriter = createRewriter();
    const { shop, orderId, paymentId } = await startAndSubmit({ network: rewriter.network });
    rewriter.change = show('FAILED', 'PENDING');
    await shop.handler.settle(orderId);
    rewriter.change = undefined;
    await shop.handler.settle(orderId);
    expect(shop.verdicts.map(({ key, supersedes }) => [key, supersedes])).toEqual([
      [`${paymentId}:failed`, undefined],
      [`${paymentId}:paid`, `${paymentId}:failed`],
    ]);
  });
});

describe('a payment with money, whose order does not say so yet', () => {
  test.each([
    ['PROCESSED', 'PENDING'],
    ['PROCESSED', 'ATTEMPTED'],
    ['PROCESSED', 'REVIEW'],
    ['AUTHORIZED', 'AUTHORIZED'],
  ])('payment %s, order %s: no verdict, reported once, and paid when the order says so', async (payment, order) => {
    const rewriter = createRewriter();
    const { shop, page } = await startAndSubmit({ network: rewriter.network });
    rewriter.change = show(order, payment);
    for (let poll = 0; poll < 3; poll += 1) {
      expect(await page.getView()).toMatchObject({ phase: 'confirming', next: ['check'] });
      shop.clock.advance(2);
    }
    expect(shop.verdicts).toEqual([]);
    expect(shop.problems.map(({ code }) => code)).toEqual(['STATUS_NOT_FINAL']);
    rewriter.change = undefined;
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid' }]);
  });

  test.each(['AUTHORIZED', 'PROCESSED'])(
    'captured in part, payment %s: authorized, until all is captured',
    async (word) => {
      const rewriter = createRewriter();
      const shop = createTestShop({ network: rewriter.network });
      const orderId = await shop.createOrder({ preAuth: true });
      const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
      await page.generate();
      await page.submit(rightOtp);
      shop.clock.advance(2);
      rewriter.change = show('PARTIALLY_CAPTURED', word);
      expect((await page.getView()).phase).toBe('authorized');
      rewriter.change = show('PROCESSED', 'PROCESSED');
      await shop.handler.settle(orderId);
      expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['authorized', 'paid']);
    },
  );
});

describe('an unknown status', () => {
  test.each([
    ['CHALLENGED', 'PENDING'],
    ['PENDING', 'OTP_SENT'],
    ['CHALLENGED', 'OTP_SENT'],
  ])(
    'payment %s, order %s: the OTP is requested and entered as before, and it is reported once',
    async (payment, order) => {
      const rewriter = createRewriter();
      const { shop, page } = await openPage({ network: rewriter.network });
      rewriter.change = show(order, payment);
      shop.clock.advance(2);
      expect((await page.getView()).phase).toBe('ready');
      expect((await page.generate()).phase).toBe('awaitingOtp');
      shop.clock.advance(2);
      expect(await page.getView()).toMatchObject({ phase: 'awaitingOtp', next: ['submit', 'resend', 'redirect'] });
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
      shop.clock.advance(2);
      expect((await page.getView()).phase).toBe('confirming');
      shop.clock.advance(120);
      expect(await page.getView()).toMatchObject({ phase: 'confirming', next: ['check'] });
      expect(shop.problems.map(({ code }) => code)).toEqual(['STATUS_UNKNOWN']);
      rewriter.change = undefined;
      shop.clock.advance(15);
      expect((await page.getView()).phase).toBe('authorized');
    },
  );
});

describe('an order with something that cannot be read', () => {
  const entries: [string, unknown][] = [
    ['null', null],
    ['a string', 'payment'],
    ['an entry without an id', { status: 'PENDING' }],
    ['an entry without a status', { id: 'v1-other' }],
    ['an entry whose status is null', { id: 'v1-other', status: null }],
  ];

  test.each(Object.keys(ways).flatMap((way) => entries.map(([label, entry]) => ({ way, label, entry }))))(
    '$way: $label in payments[] hides no verdict',
    async ({ way, entry }) => {
      const rewriter = createRewriter();
      const made = await startAndSubmit({ network: rewriter.network });
      rewriter.change = (order) => order.payments.unshift(entry as Json);
      await ways[way]?.(made);
      expect(made.shop.verdicts).toMatchObject([{ outcome: 'paid', paymentId: made.paymentId }]);
      expect(made.shop.problems).toEqual([]);
    },
  );

  test.each([
    ['text', { value: 'one rupee', currency: 'INR' }],
    ['a string of another integer', { value: '100', currency: 'INR' }],
    ['a fraction', { value: 35_000.5, currency: 'INR' }],
    ['an object without a value', { currency: 'INR' }],
    ['a number', 35_000],
  ])('a payment_amount that is %s is not replaced by the order’s: on hold, reported once', async (_label, amount) => {
    const rewriter = createRewriter();
    const { shop, page } = await startAndSubmit({ network: rewriter.network });
    rewriter.change = (order) => {
      for (const own of order.payments) own['payment_amount'] = amount;
    };
    for (let poll = 0; poll < 2; poll += 1) {
      expect((await page.getView()).phase).toBe('confirming');
      shop.clock.advance(2);
    }
    expect(shop.verdicts).toEqual([]);
    expect(shop.problems.map(({ code }) => code)).toEqual(['AMOUNT_MISMATCH']);
  });

  test.each([
    ['a string of its integer', { value: '35000', currency: 'INR' }],
    ['absent', undefined],
    ['null', null],
  ])('a payment_amount that is %s is paid', async (_label, amount) => {
    const rewriter = createRewriter();
    const { shop, page } = await startAndSubmit({ network: rewriter.network });
    rewriter.change = (order) => {
      for (const own of order.payments) own['payment_amount'] = amount;
    };
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', amount: { value: 35_000, currency: 'INR' } }]);
  });
});

describe('a right OTP whose response was lost', () => {
  /** Submits the right OTP, whose response is lost, while the order still says ATTEMPTED and the payment PENDING. */
  async function submitAndLose({ shop, page }: PaymentFixture, rewriter: ReturnType<typeof createRewriter>) {
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    rewriter.change = show('ATTEMPTED', 'PENDING');
    await page.submit(rightOtp);
    shop.clock.advance(2);
    return page.getView();
  }

  test('was rejected when the order was not ATTEMPTED before', async () => {
    const rewriter = createRewriter();
    const made = await startAndPrompt({ network: rewriter.network });
    expect(await submitAndLose(made, rewriter)).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
  });

  test.each<[string, (made: PaymentFixture, rewriter: ReturnType<typeof createRewriter>) => Promise<unknown>]>([
    [
      'the order was ATTEMPTED when it was sent',
      async ({ shop, page }, rewriter) => {
        rewriter.change = show('ATTEMPTED', 'PENDING');
        shop.clock.advance(2);
        await page.getView();
      },
    ],
    [
      'the customer went to the bank’s page',
      async ({ page }) => {
        await page.leave('bank');
      },
    ],
    [
      'the customer went to the bank’s page, and requested another OTP since',
      async ({ shop, page }) => {
        await page.leave('bank');
        shop.clock.advance(200);
        await page.resend();
      },
    ],
    [
      'another payment of the order is open',
      async ({ shop, orderId }) => {
        await shop.startPayment(orderId, { evenIfUndecided: true });
      },
    ],
  ])('is not called wrong when %s', async (_title, before) => {
    const rewriter = createRewriter();
    const made = await startAndPrompt({ network: rewriter.network });
    await before(made, rewriter);
    const view = await submitAndLose(made, rewriter);
    expect(view).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(view.problem).toBeUndefined();
    rewriter.change = undefined;
    made.shop.clock.advance(15);
    expect((await made.page.getView()).phase).toBe('authorized');
  });
});

test('an order that was read before a payment was made does not hold it', async () => {
  const reached = deferred();
  const released = deferred();
  let holds = false;
  const shop = createTestShop({
    network: async (request, send) => {
      const response = await send(request);
      if (holds && request.method === 'GET') {
        holds = false;
        reached.resolve();
        await released.promise;
      }
      return response;
    },
  });
  const orderId = await shop.createOrder();
  const first = await shop.startPayment(orderId);
  const firstPage = new CustomerPage(shop.handler, first.client.session);
  shop.clock.advance(2);
  holds = true;
  const slowPoll = firstPage.getView();
  await reached.promise;
  shop.clock.advance(1);
  const second = await shop.startPayment(orderId, { evenIfUndecided: true });
  shop.clock.advance(1);
  released.resolve();
  await slowPoll;
  const page = new CustomerPage(shop.handler, second.client.session);
  expect((await page.generate()).phase).toBe('awaitingOtp');
  expect(shop.callCount('generateOtp')).toBe(1);
  expect(shop.problems).toEqual([]);
});

describe('an order with the money of another payment', () => {
  test('paid twice: both verdicts, the second as a duplicate, and a report', async () => {
    const { shop, page, orderId, paymentId } = await startAndPrompt();
    const second = await shop.startPayment(orderId, { evenIfUndecided: true });
    const other = new CustomerPage(shop.handler, second.client.session);
    await other.generate();
    await other.submit(rightOtp);
    await page.submit(rightOtp);
    shop.clock.advance(2);
    await shop.handler.settle(orderId);
    expect(shop.verdicts.map(({ key, duplicate }) => [key, duplicate])).toEqual([
      [`${paymentId}:paid`, undefined],
      [`${second.paymentId}:paid`, true],
    ]);
    expect(shop.problems.map(({ code }) => code)).toEqual(['PAID_TWICE']);
  });

  test('paid by a payment made elsewhere: superseded, no verdict, and a report', async () => {
    const rewriter = createRewriter();
    const { shop, page } = await startAndPrompt({ network: rewriter.network });
    rewriter.change = (order) => {
      order['status'] = 'PROCESSED';
      order.payments.push({ ...order.payments[0], id: 'v1-elsewhere', status: 'PROCESSED' });
    };
    for (let poll = 0; poll < 3; poll += 1) {
      shop.clock.advance(2);
      expect(await page.getView()).toMatchObject({ phase: 'superseded', next: [] });
    }
    expect(shop.verdicts).toEqual([]);
    expect(shop.problems.map(({ code }) => code)).toEqual(['PAID_ELSEWHERE']);
  });
});

test.each([
  ['PARTIALLY_REFUNDED', 'partly'],
  ['FULLY_REFUNDED', 'fully'],
  ['PROCESSED', undefined],
])('a paid verdict of an order that is %s says what was refunded: %s', async (status, refunded) => {
  const rewriter = createRewriter();
  const { shop, orderId } = await startAndSubmit({ network: rewriter.network });
  rewriter.change = show(status, 'PROCESSED');
  const { verdict } = await shop.handler.settle(orderId);
  expect(verdict?.outcome).toBe('paid');
  expect(verdict?.refunded).toBe(refunded);
  expect(shop.verdicts[0]?.refunded).toBe(refunded);
});

test('a paid verdict that is delivered late says what was refunded meanwhile', async () => {
  const rewriter = createRewriter();
  let down = true;
  const refunds: unknown[] = [];
  const { shop, orderId } = await startAndSubmit({
    network: rewriter.network,
    onVerdict: ({ refunded }) => {
      if (down) throw new Error('database away');
      refunds.push(refunded);
    },
  });
  await shop.handler.settle(orderId);
  rewriter.change = show('FULLY_REFUNDED', 'PROCESSED');
  down = false;
  await shop.handler.settle(orderId);
  expect(refunds).toEqual(['fully']);
});

test.each([
  [{ code: 'USER_AUTHENTICATION_FAILED', message: 'no' }],
  [{ message: 'The OTP is wrong' }],
  [{ error: { message: 'OTP expired' } }],
])('a 401 of %j is not taken for the token: the OTP is sent once, and counts as one miss', async (body) => {
  let submits = 0;
  const { shop, page } = await startAndPrompt({
    network: (request, send) => {
      if (!request.url.endsWith('/otp/submit')) return send(request);
      submits += 1;
      return Promise.resolve(Response.json(body, { status: 401 }));
    },
  });
  expect(await page.submit(rightOtp)).toMatchObject({
    phase: 'awaitingOtp',
    problem: { code: 'OTP_NOT_ACCEPTED' },
    attempts: { misses: 1 },
  });
  expect(submits).toBe(1);
  expect(shop.problems.map(({ code }) => code)).not.toContain('CREDENTIALS_REJECTED');
});

test.each(['OTP_SENT', 'PENDING', 'ACCEPTED'])(
  'a generate answered with status %s opens the OTP field',
  async (status) => {
    const { page } = await openPage({
      network: async (request, send) => {
        const response = await send(request);
        if (!request.url.endsWith('/otp/generate')) return response;
        return Response.json({ ...((await response.json()) as Json), status });
      },
    });
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'awaitingOtp', next: ['submit', 'resend', 'redirect'] });
    expect(view.problem).toBeUndefined();
  },
);
