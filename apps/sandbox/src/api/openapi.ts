/** The OpenAPI document of the emulated API, made from the endpoints and the rules that validate its requests. */
import type { JsonObject } from '../lib/json.ts';
import { endpoints, type Operation } from '../state/endpoints.ts';
import { requestSchemas } from './request-schemas.ts';

const summaries: Readonly<Record<Operation, string>> = {
  getToken: 'Issues an access token for the client credentials.',
  createOrder: 'Creates an order.',
  getOrder: 'Returns an order by its id.',
  getOrderByReference: "Returns an order by the merchant's reference.",
  createPayment: 'Adds a card payment to an order. Nothing is charged before the cardholder is authenticated.',
  getCardDetails: 'Returns network, issuer and native OTP support of cards.',
  generateOtp: 'Has the issuer send an OTP.',
  submitOtp: 'Submits an OTP. SUCCESS means accepted, not paid.',
  resendOtp: 'Has the issuer send another OTP.',
  captureOrder: 'Captures an authorized payment.',
  cancelOrder: 'Cancels an authorized order.',
  refundOrder: 'Refunds captured money.',
  createCustomer: 'Creates a customer, to whom saved cards belong.',
  findCustomer: 'Finds a customer.',
  getCustomer: 'Returns a customer by id.',
  listCardTokens: 'Lists the saved cards of a customer.',
  createCardToken: 'Saves a card.',
  getCardToken: 'Returns a saved card.',
  deleteCardToken: 'Deletes a saved card.',
  createCryptogram: 'Returns what pays with a saved card once.',
  calculateFees: 'Returns the convenience fee of an amount.',
};

// Operations whose answer is an order below `data`.
const orderOperations: ReadonlySet<Operation> = new Set([
  'createOrder',
  'getOrder',
  'getOrderByReference',
  'createPayment',
  'captureOrder',
  'cancelOrder',
  'refundOrder',
]);
const text = { type: 'string' } as const;
const money = {
  type: 'object',
  required: ['value', 'currency'],
  properties: { value: { type: 'integer' }, currency: text },
} as const;
const step = { type: 'string', enum: ['SUBMIT_OTP', 'RESEND_OTP', 'NONE'] } as const;

const schemas: JsonObject = {
  Order: {
    type: 'object',
    required: ['order_id', 'merchant_order_reference', 'type', 'status', 'order_amount', 'payments'],
    properties: {
      order_id: text,
      parent_order_id: text,
      merchant_order_reference: text,
      type: { type: 'string', enum: ['CHARGE', 'REFUND'] },
      status: {
        type: 'string',
        enum: [
          'CREATED',
          'PENDING',
          'ATTEMPTED',
          'AUTHORIZED',
          'PROCESSED',
          'PARTIALLY_CAPTURED',
          'CANCELLED',
          'FAILED',
          'PARTIALLY_REFUNDED',
          'FULLY_REFUNDED',
        ],
      },
      challenge_url: text,
      callback_url: text,
      merchant_id: text,
      order_amount: money,
      pre_auth: { type: 'boolean' },
      payments: { type: 'array', items: { $ref: '#/components/schemas/Payment' } },
      payment_retries_remaining: { type: 'integer', minimum: 0 },
      created_at: { type: 'string', format: 'date-time' },
      updated_at: { type: 'string', format: 'date-time' },
    },
  },
  Payment: {
    type: 'object',
    required: ['id', 'merchant_payment_reference', 'status', 'payment_amount', 'payment_method'],
    properties: {
      id: text,
      merchant_payment_reference: text,
      status: { type: 'string', enum: ['PENDING', 'AUTHORIZED', 'PROCESSED', 'CANCELLED', 'FAILED'] },
      payment_amount: money,
      payment_method: text,
      error_detail: { type: 'object', required: ['code', 'message'], properties: { code: text, message: text } },
    },
  },
  OrderResponse: {
    type: 'object',
    required: ['data'],
    properties: { data: { $ref: '#/components/schemas/Order' } },
  },
  OtpResponse: {
    type: 'object',
    properties: {
      status: { type: 'string', enum: ['SUCCESS'] },
      next: { type: 'array', items: step },
      meta_data: { type: 'object', properties: { resend_after: text } },
    },
  },
  TokenResponse: {
    type: 'object',
    required: ['access_token'],
    properties: { access_token: text, expires_in: { type: 'integer' }, expires_at: text },
  },
  Error: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: text,
      message: text,
      next: { type: 'array', items: step },
      meta_data: { type: 'object' },
      additional_error_details: { type: 'object' },
    },
  },
};

/** Returns the OpenAPI 3.1 document, with the sandbox's own address as its server. */
export function describeApi(origin: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { operation, method, path } of endpoints)
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(operation, path) };
  return {
    openapi: '3.1.1',
    info: {
      title: "Plural's card payment API, as the sandbox emulates it",
      version: '0.1.0',
      description:
        "Request rules are those that the sandbox applies. Written from the vendor's public documents; not a document of the vendor.",
    },
    servers: [{ url: origin }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas,
    },
  };
}

function describeOperation(operation: Operation, path: string): JsonObject {
  const body = requestSchemas[operation]?.schema;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const answer = (description: string, schema: JsonObject): JsonObject => ({
    description,
    content: { 'application/json': { schema } },
  });
  return {
    operationId: operation,
    summary: summaries[operation],
    security: operation === 'getToken' ? [] : [{ bearer: [] }],
    ...(names.length > 0 && {
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
    }),
    responses: {
      200: answer('Accepted.', responseSchema(operation)),
      default: answer('Rejected, or an error of Plural.', operation === 'getToken' ? {} : reference('Error')),
    },
  };
}

function responseSchema(operation: Operation): JsonObject {
  if (orderOperations.has(operation)) return reference('OrderResponse');
  if (operation === 'getToken') return reference('TokenResponse');
  return ['generateOtp', 'submitOtp', 'resendOtp'].includes(operation) ? reference('OtpResponse') : { type: 'object' };
}

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}
