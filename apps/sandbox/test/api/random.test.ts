import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createSandbox, operations } from '../../src/index.ts';
import { endpoints } from '../../src/state/endpoints.ts';
import { createTestSandbox, Merchant, orderBody, paymentBody } from '../support/merchant.ts';

// Many runs, on machines of any speed.
vi.setConfig({ testTimeout: 60_000 });

const names = [
  'merchant_order_reference',
  'order_amount',
  'value',
  'currency',
  'payments',
  'payment_option',
  'card_details',
  'payment_id',
  'otp',
  'amount',
  '__proto__',
  'constructor',
  'toString',
];
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, -1, 0, 1100, 1e308, '', 'INR', '123456', 'v1-1-aa-x', '\uD800', '💳'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 6 }),
  ),
})).value;

const anyText = fc.oneof(
  anyJson.map((value) => JSON.stringify(value) ?? ''),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('['.repeat(20_000), `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, '"'.repeat(9), '1e999'),
);

const path = fc
  .constantFrom(...endpoints)
  .chain(({ method, path }) =>
    fc
      .oneof(fc.constantFrom('x', '..', '%2e%2e', '%', 'a%2Fb', 'v1-1-aa-x'), fc.string())
      .map((id) => ({ method, path: path.replace('{id}', id.replaceAll(/[?#\s\\]/g, '_')) })),
  );

test('random bodies never cause a 5xx or a reset connection, strict or lenient', async () => {
  const strict = await createTestSandbox();
  const lenient = await createTestSandbox({ lenient: true });
  await fc.assert(
    fc.asyncProperty(path, anyText, fc.boolean(), async (endpoint, body, isLenient) => {
      const { merchant } = isLenient ? lenient : strict;
      const url = new URL(`${merchant.origin}${endpoint.path}`);
      const response = await merchant.send(
        new Request(url, {
          method: endpoint.method,
          headers: { authorization: `Bearer ${merchant.token}`, 'content-type': 'application/json' },
          ...(endpoint.method !== 'GET' && { body }),
        }),
      );
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      if (response.status >= 400) expect(JSON.parse(text)).toHaveProperty('message');
    }),
    { numRuns: 400 },
  );
});

test('a mutated body is accepted, or rejected with the path of a member', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId } = await merchant.start();
  const targets = [
    { path: '/api/pay/v1/orders', body: orderBody() },
    { path: `/api/pay/v1/orders/${orderId}/payments`, body: { payments: [paymentBody()] } },
  ];
  const mutated = fc.constantFrom(...targets).chain(({ path, body }) => {
    const paths = leaves(body);
    return fc
      .tuple(fc.constantFrom(...paths), anyJson)
      .map(([at, value]) => ({ path, body: replaced(body, at, value) }));
  });
  await fc.assert(
    fc.asyncProperty(mutated, async ({ path, body }) => {
      const response = await merchant.call('POST', path, JSON.stringify(body));
      expect([200, 400, 422]).toContain(response.status);
      if (response.status === 400)
        expect(response.body['additional_error_details']?.['source']).toMatch(/^[a-z_]+(\[0\])?(\.[a-z0-9_]+)*$/);
    }),
    { numRuns: 200 },
  );
});

test('in any sequence of actions a payment is paid at most once and only by the right OTP', async () => {
  const act = fc.constantFrom('generate', 'wrong', 'right', 'resend', 'wait', 'open', 'cancel');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (acts) => {
      const { merchant, clock, sandbox } = await createTestSandbox();
      const { orderId, paymentId, challengeUrl } = await merchant.start();
      let wrong = 0;
      let mayPay = false;
      for (const step of acts) {
        const [, before] = await merchant.statuses(orderId);
        const sent = sandbox.state.messages.length > 0;
        if (step === 'generate') await merchant.generate(paymentId);
        if (step === 'resend') await merchant.resend(paymentId);
        if (step === 'wait') clock.advance(31);
        if (step === 'open') await sandbox.fetch(challengeUrl);
        if (step === 'cancel')
          await sandbox.fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ action: 'cancel' }) });
        if (step === 'wrong') {
          await merchant.submit(paymentId, '999999');
          if (before === 'PENDING' && sent) wrong += 1;
        }
        if (step === 'right') {
          const { status } = await merchant.submit(paymentId, '123456');
          if (status === 200) mayPay = true;
        }
        const [order, payment] = await merchant.statuses(orderId);
        expect(payment === 'PROCESSED').toBe(mayPay);
        expect(order === 'PROCESSED').toBe(mayPay);
        if (wrong >= 3) expect(payment).toBe('FAILED');
        if (before === 'FAILED' || before === 'PROCESSED') expect(payment).toBe(before);
      }
    }),
    { numRuns: 120 },
  );
});

test('each endpoint has an operation of its own', () => {
  expect(new Set(endpoints.map(({ operation }) => operation)).size).toBe(operations.length);
});

test('a client without a token changes nothing, whatever it sends', async () => {
  const sandbox = createSandbox();
  const stranger = new Merchant((request) => sandbox.fetch(request));
  for (const { method, path } of endpoints.filter(({ operation }) => operation !== 'getToken'))
    await stranger.call(method, path.replace('{id}', 'x'), method === 'GET' ? undefined : orderBody());
  expect(sandbox.state.orders.size).toBe(0);
});

type Path = readonly (string | number)[];

function leaves(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === key ? replaced(item, rest, by) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, by) };
}
