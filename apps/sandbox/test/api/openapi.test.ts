import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { describeApi } from '../../src/api/openapi.ts';
import { requestSchemas } from '../../src/api/request-schemas.ts';
import { endpoints } from '../../src/state/endpoints.ts';
import { cardBody, createTestSandbox, orderBody, paymentBody, tokenBody } from '../support/merchant.ts';

const document = describeApi('http://127.0.0.1:3001') as Record<string, unknown>;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'api', ...document });
const createCheck = (pointer: string): ((value: unknown) => boolean) => {
  const validate = ajv.compile({ $ref: `api#${pointer}` });
  return (value) => validate(value);
};

test('the document is valid OpenAPI 3.1, and has every endpoint', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  const paths = document['paths'] as Record<string, Record<string, { operationId: string }>>;
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
  );
  expect(described.sort()).toEqual(
    endpoints.map(({ method, path, operation }) => `${method} ${path} ${operation}`).sort(),
  );
});

test('the route serves it with the address of the sandbox', async () => {
  const { merchant } = await createTestSandbox();
  expect((await merchant.call('GET', '/sandbox/openapi.json')).body).toEqual(describeApi('https://plural.test'));
});

/** Variants of a value: each member left out, and replaced by values that rules refuse or accept at their bounds. */
function* variants(value: unknown): Generator {
  yield value;
  for (const other of [
    null,
    7,
    -1,
    1.5,
    true,
    '',
    'x',
    'x'.repeat(51),
    'x'.repeat(2001),
    [],
    {},
    'http://',
    'HTTP://a.b/',
  ])
    yield other;
  if (Array.isArray(value)) for (const first of variants(value[0])) yield [first];
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
      for (const variant of variants(member)) yield { ...value, [name]: variant };
    }
}

describe('the rules of the document are those that the sandbox applies', () => {
  const pay = (option: object): object => ({ payments: [{ ...paymentBody(), payment_option: option }] });
  test.each([
    ['createOrder', '/api/pay/v1/orders', 'post', [{ ...orderBody(), pre_auth: true, notes: 'for Asha' }]],
    [
      'createPayment',
      '/api/pay/v1/orders/{id}/payments',
      'post',
      [
        pay({ card_details: cardBody }),
        pay({ card_token_details: tokenBody }),
        pay({ card_token_details: { token_id: 'tok-1', token_txn_type: 'ALT_TOKEN' } }),
        pay({ card_details: cardBody, card_token_details: tokenBody }),
      ],
    ],
    ['submitOtp', '/api/pay/v1/otp/submit', 'post', [{ payment_id: 'p', otp: '123456' }]],
    [
      'captureOrder',
      '/api/pay/v1/orders/{id}/capture',
      'put',
      [{ merchant_capture_reference: 'c', capture_amount: { value: 100, currency: 'INR' } }],
    ],
  ] as const)('%s', (operation, path, method, bodies) => {
    const pointer = `/paths/${path.replaceAll('/', '~1')}/${method}/requestBody/content/application~1json/schema`;
    const accepts = createCheck(pointer.replaceAll(/[{}]/g, (brace) => encodeURIComponent(brace)));
    const verdicts = new Set<boolean>();
    for (const body of bodies)
      for (const variant of variants(body)) {
        const applied = requestSchemas[operation]?.(variant, '').length === 0;
        verdicts.add(applied);
        expect({ variant, accepted: accepts(variant) }).toEqual({ variant, accepted: applied });
      }
    expect(verdicts.size).toBe(2);
  });
});

test('answers of the sandbox are as the document says', async () => {
  const { merchant } = await createTestSandbox();
  const { paymentId, orderId } = await merchant.start('pays', { pre_auth: true });
  const isOrder = createCheck('/components/schemas/OrderResponse');
  const isOtp = createCheck('/components/schemas/OtpResponse');
  const isError = createCheck('/components/schemas/Error');
  expect(isOtp((await merchant.generate(paymentId)).body)).toBe(true);
  expect(isError((await merchant.submit(paymentId, '000000')).body)).toBe(true);
  expect(isOtp((await merchant.submit(paymentId, '123456')).body)).toBe(true);
  for (const { body } of [
    await merchant.getOrder(orderId),
    await merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, { merchant_capture_reference: 'c' }),
    await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, {
      merchant_order_reference: 'back',
      order_amount: { value: 100, currency: 'INR' },
    }),
  ])
    expect({ body, valid: isOrder(body) }).toEqual({ body, valid: true });
  expect(isOrder({ data: { order_id: 'x' } })).toBe(false);
});
