/** Runs the example of every method of the client and of `./tokens` against a sandbox; others test that each compiles. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPlural, type Order, type Plural } from '@plural-otp/core';
import { createCustomer, createToken } from '@plural-otp/core/tokens';
import { createSandbox, credentials, rightOtp } from '@plural-otp/sandbox';
import { listen, type ListeningSandbox } from '@plural-otp/sandbox/listen';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { root } from './support/examples.ts';

const folder = join(root, 'docs/.api-examples');
const source = readFileSync(join(root, 'packages/core/src/client/plural.ts'), 'utf8');
const [members = ''] = /export interface Plural \{[^]*?\n\}/.exec(source) ?? [];
const examples = [...members.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+): \(/g)].map(
  ([, docs = '', name = '']) => {
    const [, fenced = ''] = /```ts\n([^]*?)```/.exec(docs) ?? [];
    return { name, code: fenced.replaceAll(/^ *\* ?/gm, '') };
  },
);

type Example = (...parts: unknown[]) => Promise<unknown>;
interface Parts {
  plural: Plural;
  order: Order;
  paymentId: string;
}
const card = { name: 'Ravi', card_number: '4111111111111111', cvv: '318', expiry_month: '11', expiry_year: '2031' };
let references = 0;
const nextReference = (): string => `example-${(references += 1)}`;

/** Calls each example, and returns what it gave. */
const runs: Record<string, (example: Example, parts: Parts) => Promise<unknown>> = {
  getOrder: (example, { plural, order }) => example(plural, order.order_id),
  getOrderByReference: (example, { plural }) => example(plural, 'no-such-refund'),
  createPayment: (example, { plural, order }) => example(plural, order, nextReference(), card),
  getCardDetails: (example, { plural }) => example(plural, card.card_number, 110_000),
  generateOtp: (example, { plural, paymentId }) => example(plural, paymentId),
  submitOtp: async (example, { plural, order, paymentId }) => {
    await plural.generateOtp(paymentId);
    return example(plural, order.order_id, paymentId, rightOtp);
  },
  resendOtp: async (example, { plural, paymentId }) => {
    await plural.generateOtp(paymentId);
    return example(plural, paymentId);
  },
  captureOrder: async (example, { plural, order, paymentId }) => {
    await plural.generateOtp(paymentId);
    await plural.submitOtp(paymentId, rightOtp);
    return example(plural, order.order_id, nextReference());
  },
  cancelOrder: async (example, { plural, order, paymentId }) => {
    await plural.generateOtp(paymentId);
    await plural.submitOtp(paymentId, rightOtp);
    return example(plural, order.order_id);
  },
  refundOrder: async (example, { plural, order, paymentId }) => {
    await plural.generateOtp(paymentId);
    await plural.submitOtp(paymentId, rightOtp);
    await plural.captureOrder(order.order_id, { merchant_capture_reference: nextReference() });
    return example(plural, order.order_id, nextReference(), 1000);
  },
  // The sandbox has no settlements: an example that was sent is enough.
  request: (example, { plural }) => example(plural, '2026-01-31').catch((error: { status: number }) => error.status),
  deriveKey: (example, { plural }) => example(plural, 'a draft'),
};
const results: Record<string, unknown> = {
  getOrder: 'PENDING',
  getOrderByReference: undefined,
  createPayment: expect.objectContaining({ order_id: expect.any(String) as string }),
  getCardDetails: true,
  generateOtp: 'field',
  submitOtp: 'AUTHORIZED',
  // Too early, and the sandbox does not say how long to wait.
  resendOtp: 30,
  captureOrder: true,
  cancelOrder: 'cancelled',
  refundOrder: expect.objectContaining({ type: 'REFUND' }),
  request: 404,
  deriveKey: expect.any(ArrayBuffer),
};

let server: ListeningSandbox;
let plural: Plural;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  server = await listen(createSandbox(), 0);
  const { clientId, clientSecret } = credentials;
  plural = createPlural({ environment: { baseUrl: server.origin }, clientId, clientSecret });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

async function load(name: string, code: string): Promise<Record<string, Example>> {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, stripTypeScriptTypes(code));
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, Example>;
}

test('every method but createOrder, whose example is a whole program, is called', () => {
  expect(examples.map(({ name }) => name)).toEqual(['createOrder', ...Object.keys(runs)]);
});

test('createOrder: its example creates an order and prints its id', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = examples[0]?.code
    .replace("environment: 'uat'", `environment: { baseUrl: '${server.origin}' }`)
    .replace("'id'", `'${credentials.clientId}'`)
    .replace("'secret'", `'${credentials.clientSecret}'`);
  await load('createOrder', code ?? '');
  expect(printed.mock.calls).toEqual([[expect.stringMatching(/^v1-/)]]);
  printed.mockRestore();
});

test.each(examples.slice(1))('$name: its example does what it says', async ({ name, code }) => {
  const amount = { value: 110_000, currency: 'INR' };
  const created = await plural.createOrder({
    merchant_order_reference: nextReference(),
    order_amount: amount,
    pre_auth: true,
  });
  const order = await plural.createPayment(created.order_id, {
    payments: [
      {
        merchant_payment_reference: nextReference(),
        payment_method: 'CARD',
        payment_amount: amount,
        payment_option: { card_details: card },
      },
    ],
  });
  const [example] = Object.values(await load(name, code));
  if (example === undefined) throw new Error(`the example of ${name} exports nothing`);
  expect(await runs[name]?.(example, { plural, order, paymentId: order.payments[0]?.id ?? '' })).toEqual(results[name]);
});

describe('the calls around saved cards', () => {
  const tokensSource = readFileSync(join(root, 'packages/core/src/tokens/index.ts'), 'utf8');
  const calls = [...tokensSource.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export async function (\w+)\(/g)].map(
    ([, docs = '', name = '']) => {
      const [, fenced = ''] = /```ts\n([^]*?)```/.exec(docs) ?? [];
      return { name, code: fenced.replaceAll(/^ *\* ?/gm, '') };
    },
  );
  interface Saved {
    readonly customerId: string;
    readonly tokenId: string;
  }
  const tokenRuns: Record<string, [(example: Example, saved: Saved) => Promise<unknown>, unknown]> = {
    createCustomer: [(example) => example(plural, nextReference()), expect.stringMatching(/^cust-v1-/)],
    getCustomer: [(example, { customerId }) => example(plural, customerId), true],
    listTokens: [(example, { customerId }) => example(plural, customerId), ['•••• 1112']],
    getToken: [(example, { tokenId }) => example(plural, tokenId), '1112'],
    createToken: [
      (example, { customerId }) => example(plural, customerId, nextReference(), 'sealed-4111111111111111'),
      'ACTIVE',
    ],
    deleteToken: [(example, { customerId, tokenId }) => example(plural, customerId, tokenId), 0],
    createCryptogram: [
      (example, { tokenId }) => example(plural, tokenId, nextReference()),
      expect.stringMatching(/^\w{27}=$/),
    ],
    calculateFees: [(example) => example(plural, 100_000), 103_540],
  };
  const saveCard = async (): Promise<Saved> => {
    const { customer_id: customerId } = await createCustomer(plural, { merchant_customer_reference: nextReference() });
    const { token_id: tokenId } = await createToken(plural, {
      customer_id: customerId,
      merchant_token_reference: nextReference(),
      payment_method: 'CARD',
      payment_option: { encrypted_card_details: 'sealed-4012001037141112' },
    });
    return { customerId, tokenId };
  };

  test('every one is called', () => {
    expect(calls.map(({ name }) => name).sort()).toEqual(Object.keys(tokenRuns).sort());
  });

  test.each(calls)('$name: its example does what it says', async ({ name, code }) => {
    const [example] = Object.values(await load(name, code));
    const [run, result] = tokenRuns[name] ?? [];
    if (example === undefined || run === undefined) throw new Error(`the example of ${name} exports nothing`);
    expect(await run(example, await saveCard())).toEqual(result);
  });
});
