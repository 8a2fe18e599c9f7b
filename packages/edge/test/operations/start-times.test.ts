import { PluralError } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import {
  catchPluralError,
  Clock,
  createTestShop,
  deferred,
  getSandboxPayments,
  instantSleep,
  startAndPrompt,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

const isCreation = (request: Request): boolean => request.method === 'POST' && request.url.endsWith('/payments');

/** A shop whose calls that create a payment do as `creations` says, each in its turn, and after them as usual. */
function createShop(
  creations: NonNullable<TestShopOptions['network']>[],
  options: TestShopOptions = {},
): TestShop & { pauses: number[] } {
  const pauses: number[] = [];
  const shop = createTestShop({
    network(request, send) {
      const creation = isCreation(request) ? creations.shift() : undefined;
      return creation ? creation(request, send) : send(request);
    },
    wait(ms, signal) {
      if (!signal) pauses.push(ms);
      return instantSleep(ms, signal);
    },
    ...options,
  });
  return Object.assign(shop, { pauses });
}

const lost = (): Promise<Response> => Promise.reject(new TypeError('connection reset'));
const hangs = (): Promise<Response> => new Promise(() => undefined);
const codeOf = async (work: Promise<unknown>): Promise<string> => (await catchPluralError(work)).code;

describe('a start of unknown outcome', () => {
  test('reads the order after 1, 3 and 6 seconds, and creates nothing again', async () => {
    const shop = createShop([lost]);
    expect(await codeOf(shop.startPayment(await shop.createOrder()))).toBe('PAYMENT_UNKNOWN');
    expect(shop.pauses).toEqual([1000, 3000, 6000]);
    expect(shop.callCount('createPayment')).toBe(0);
    expect(shop.callCount('getOrder')).toBe(4);
  });

  test('ends with the first order that shows its payment', async () => {
    const shop = createShop([
      async (request, send) => {
        await send(request);
        return lost();
      },
    ]);
    await shop.startPayment(await shop.createOrder());
    expect(shop.pauses).toEqual([1000]);
  });

  test('keeps another payment from being started for two minutes, and no longer', async () => {
    const shop = createShop([lost]);
    const orderId = await shop.createOrder();
    await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    shop.clock.advance(119.999);
    expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-2' }))).toBe('PAYMENT_UNDECIDED');
    shop.clock.advance(0.001);
    expect((await shop.startPayment(orderId, { reference: 'pay-2' })).client.view.phase).toBe('ready');
  });

  test('of which there were several blocks none after two minutes', async () => {
    const shop = createShop([lost, lost]);
    const orderId = await shop.createOrder();
    for (const reference of ['pay-1', 'pay-2']) {
      await catchPluralError(shop.startPayment(orderId, { reference, evenIfUndecided: true }));
    }
    shop.clock.advance(120);
    expect((await shop.startPayment(orderId, { reference: 'pay-3' })).client.view.phase).toBe('ready');
  });

  test('may be repeated at once with its own reference', async () => {
    const shop = createShop([lost]);
    const orderId = await shop.createOrder();
    await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    await shop.startPayment(orderId, { reference: 'pay-1' });
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('keeps its reservation when a later start is rejected', async () => {
    const shop = createShop([lost]);
    const orderId = await shop.createOrder();
    await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422 });
    const second = shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    expect(await codeOf(second)).toBe('API_REJECTED');
    expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-3' }))).toBe('PAYMENT_UNDECIDED');
    // The rejected one has released its own, so that it may be repeated at once.
    await shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    expect(shop.pauses).toEqual([1000, 3000, 6000]);
  });

  test('whose payment another process adopts meanwhile is found by the next start, and reports nothing more', async () => {
    let isAway = false;
    const shop = createShop([
      async (request, send) => {
        await send(request);
        isAway = true;
        return lost();
      },
    ]);
    const orderId = await shop.createOrder();
    const other = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store });
    const plural = {
      ...shop.plural,
      async getOrder(id: string) {
        if (!isAway) return shop.plural.getOrder(id);
        await other.handler.settle(orderId);
        throw new PluralError('API_FAILED');
      },
    };
    const starting = createTestShop({ ...shop, plural });
    expect(await codeOf(starting.startPayment(orderId, { reference: 'pay-1' }))).toBe('PAYMENT_UNKNOWN');
    expect(starting.problems.map(({ code }) => code)).toEqual([
      'NETWORK_FAILED',
      ...Array<string>(3).fill('API_FAILED'),
    ]);
    isAway = false;
    await starting.startPayment(orderId, { reference: 'pay-1' });
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('whose reservation a sweep still watches is checked a minute later', async () => {
    const shop = createShop([lost]);
    await catchPluralError(shop.startPayment(await shop.createOrder()));
    shop.clock.advance(59);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(1);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, stillOpen: 1 });
  });
});

describe('a start that Plural rejected', () => {
  test('leaves nothing to check, and its order takes another one at once', async () => {
    const shop = createShop([]);
    const orderId = await shop.createOrder();
    shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422 });
    expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-1' }))).toBe('API_REJECTED');
    expect(shop.pauses).toEqual([]);
    shop.clock.advance(3600);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0 });
    expect((await shop.startPayment(orderId, { reference: 'pay-2' })).client.view.phase).toBe('ready');
  });

  test('leaves the checks of an older payment as they were', async () => {
    const { shop, orderId } = await startAndPrompt();
    shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422 });
    expect(await codeOf(shop.startPayment(orderId, { evenIfUndecided: true }))).toBe('API_REJECTED');
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, stillOpen: 1 });
  });
});

describe('a start that hangs', () => {
  test('is given up after 45 seconds, and its call ended', async () => {
    let signal: AbortSignal | undefined;
    const shop = createShop(
      [
        (request) =>
          new Promise((_resolve, reject) => {
            signal = request.signal;
            request.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
          }),
      ],
      {
        wait: (ms, end) => (ms === 45_000 ? new Promise((resolve) => setImmediate(resolve)) : instantSleep(ms, end)),
      },
    );
    expect(await codeOf(shop.startPayment(await shop.createOrder()))).toBe('PAYMENT_UNKNOWN');
    expect(signal?.aborted).toBe(true);
  });

  test('has a second one with its reference wait ten times a second, and create nothing', async () => {
    const reached = deferred();
    const shop = createShop([
      () => {
        reached.resolve();
        return hangs();
      },
    ]);
    const orderId = await shop.createOrder();
    void shop.startPayment(orderId, { reference: 'pay-1' });
    await reached.promise;
    expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-1' }))).toBe('PAYMENT_UNKNOWN');
    expect(shop.pauses).toEqual(Array(10).fill(1000));
    expect(shop.callCount('createPayment')).toBe(0);
  });
});

test('a process that died gives its start to the next one after 55 seconds, and not before', async () => {
  const reached = deferred();
  const shop = createShop([
    () => {
      reached.resolve();
      return hangs();
    },
  ]);
  const orderId = await shop.createOrder();
  void shop.startPayment(orderId, { reference: 'pay-1' });
  await reached.promise;
  shop.clock.advance(54.999);
  expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-1' }))).toBe('PAYMENT_UNKNOWN');
  shop.clock.advance(0.001);
  expect((await shop.startPayment(orderId, { reference: 'pay-1' })).client.view.phase).toBe('ready');
  expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
});

describe('a start whose process cannot say how it ended', () => {
  /** An order on whose payment a process with a clock that is so many seconds off still works. */
  async function createInFlight(offsetSeconds: number): Promise<{ shop: TestShop; orderId: string; goOn: () => void }> {
    const [reached, goOn] = [deferred(), deferred()];
    const shop = createShop([]);
    const clock = new Clock();
    clock.advance(offsetSeconds);
    const first = createShop(
      [
        async (request, send) => {
          reached.resolve();
          await goOn.promise;
          return send(request);
        },
      ],
      { clock, sandbox: shop.sandbox, store: shop.store },
    );
    const orderId = await shop.createOrder();
    void first.startPayment(orderId, { reference: 'pay-1' });
    await reached.promise;
    return { shop, orderId, goOn: () => goOn.resolve() };
  }

  test.each([-121, -3600, -86_400])(
    'blocks another one for two minutes by the clock of that one, although its own was %i seconds off',
    async (offsetSeconds) => {
      const { shop, orderId, goOn } = await createInFlight(offsetSeconds);
      for (const seconds of [0, 60, 59.999]) {
        shop.clock.advance(seconds);
        expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-2' }))).toBe('PAYMENT_UNDECIDED');
      }
      goOn();
      await expect.poll(() => getSandboxPayments(shop, orderId).length).toBe(1);
      expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-2' }))).toBe('PAYMENT_UNDECIDED');
    },
  );

  test('blocks another one two minutes from its first try, and no longer: its process has died', async () => {
    const { shop, orderId } = await createInFlight(0);
    shop.clock.advance(7200);
    expect(await codeOf(shop.startPayment(orderId, { reference: 'pay-2' }))).toBe('PAYMENT_UNDECIDED');
    shop.clock.advance(120);
    expect((await shop.startPayment(orderId, { reference: 'pay-2' })).client.view.phase).toBe('ready');
  });

  test('blocks none with `evenIfUndecided`', async () => {
    const { shop, orderId } = await createInFlight(-3600);
    await shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });
});

test('a start without a reference is REQUEST_INVALID, and says which member is missing', async () => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  for (const input of [undefined, { orderId }, { orderId, payment: {} }]) {
    const error = await catchPluralError(shop.handler.startPayment(input as never));
    expect(error).toMatchObject({
      code: 'REQUEST_INVALID',
      issues: [{ path: 'payment.merchant_payment_reference', expected: expect.stringContaining('unique') as string }],
    });
  }
  expect(shop.callCount('getCardDetails')).toBe(0);
});
