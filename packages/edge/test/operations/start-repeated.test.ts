import { describe, expect, test } from 'vitest';
import {
  catchPluralError,
  createPaymentRequest,
  createTestShop,
  getSandboxPayments,
  nativeCard,
  type TestShop,
} from '../support/test-shop.ts';

type Answer = () => Response;

/** Lets the bank approve the payments of an order, as on its own page. */
const approve = (shop: TestShop, orderId: string): void => {
  for (const { id } of getSandboxPayments(shop, orderId)) shop.sandbox.decide(id, 'approve');
};

interface LostStart {
  shop: TestShop;
  orderId: string;
  /** Starts the payment once more, and resolves to the code of its error. */
  again: (reference?: string, month?: string) => Promise<string>;
  /** Lets the request of the first start reach Plural. */
  land: () => Promise<void>;
}

/** Starts a payment whose request is still on its way when the wait for it ends; the next one gets `answer`. */
async function loseStart(answer?: Answer): Promise<LostStart> {
  let sent: Request | undefined;
  const answers = [answer];
  const shop = createTestShop({
    async network(request, send) {
      if (request.method !== 'POST' || !request.url.endsWith('/payments')) return send(request);
      if (!sent) {
        sent = request.clone();
        throw new TypeError('connection reset');
      }
      return answers.shift()?.() ?? send(request);
    },
  });
  const orderId = await shop.createOrder();
  const again = async (reference = 'pay-1', month = '12'): Promise<string> => {
    const payment = structuredClone(createPaymentRequest(nativeCard, reference));
    if (payment.payment_option.card_details) payment.payment_option.card_details.expiry_month = month;
    return (await catchPluralError(shop.handler.startPayment({ orderId, payment }))).code;
  };
  expect(await again()).toBe('PAYMENT_UNKNOWN');
  const land = async (): Promise<void> => {
    if (sent) await shop.sandbox.fetch(sent);
  };
  return { shop, orderId, again, land };
}

const refusals: [string, string, Answer | undefined, string?][] = [
  ['429', 'BUSY', () => Response.json({ code: 'API_RATE_LIMIT' }, { status: 429 })],
  ['a gateway’s 403', 'API_REJECTED', () => new Response('<html>', { status: 403 })],
  ['422', 'API_REJECTED', () => Response.json({ code: 'PAYMENT_PENDING' }, { status: 422 })],
  ['an error of this process, with nothing sent', 'REQUEST_INVALID', undefined, '13'],
];

describe('a start of unknown outcome, repeated and refused with', () => {
  test.each(refusals)('%s: the first payment is told when it comes after all', async (_what, code, answer, month) => {
    const { shop, orderId, again, land } = await loseStart(answer);
    expect(await again('pay-1', month)).toBe(code);
    await land();
    approve(shop, orderId);
    shop.clock.advance(60);
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test.each(refusals)('%s: another reference is not started beside it', async (_what, code, answer, month) => {
    const { shop, again } = await loseStart(answer);
    expect(await again('pay-1', month)).toBe(code);
    shop.clock.advance(10);
    expect(await again('pay-2')).toBe('PAYMENT_UNDECIDED');
  });
});

test('a first start that was refused leaves nothing behind, so that another reference is started at once', async () => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 429 });
  expect((await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }))).code).toBe('BUSY');
  expect((await shop.startPayment(orderId, { reference: 'pay-2' })).nativeOtp).toBe(true);
});

test('settle finds the payments of an order whose record has none', async () => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 429 });
  await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
  await shop.plural.createPayment(orderId, { payments: [createPaymentRequest(nativeCard, 'pay-1')] });
  approve(shop, orderId);
  expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'authorized', delivered: true });
  expect(shop.verdicts).toHaveLength(1);
});
