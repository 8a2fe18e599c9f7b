/** The paths of the OpenAPI document. */
import { routes } from '../src/contract.ts';
import { requestExamples } from './examples.ts';

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** A route that the browser calls. */
interface BrowserRoute {
  path: string;
  operationId: string;
  summary: string;
  description: string;
  body: 'SessionBody' | 'ActionBody' | 'SubmitBody' | 'LeaveBody';
}

const browserRoutes: readonly BrowserRoute[] = [
  {
    path: routes.generate,
    operationId: 'generateOtp',
    summary: 'Generate an OTP',
    description:
      'Sends one SMS to the customer, and only while the phase is `ready`. In any other phase, and for a repeated idempotency key, it returns the current view. The action is reserved before Plural is called. A lost response of Plural leads to `awaitingOtp` with `OTP_MAYBE_NOT_SENT` and is never retried automatically.',
    body: 'ActionBody',
  },
  {
    path: routes.submit,
    operationId: 'submitOtp',
    summary: 'Submit an OTP',
    description:
      'Sent to Plural once. An accepted OTP is not a payment: the phase is `confirming` until the order decides. An unknown outcome (no response, a 5xx, an unreadable body) is `confirming` as well and is reconciled by reading the order. After 60 seconds with the payment still open the phase is `unresolved`.',
    body: 'SubmitBody',
  },
  {
    path: routes.resend,
    operationId: 'resendOtp',
    summary: 'Resend an OTP',
    description:
      'Rejected with `RESEND_TOO_EARLY` before `resendInSeconds` have passed and with `RESEND_LIMIT` after the last one, in a view that is otherwise unchanged.',
    body: 'ActionBody',
  },
  {
    path: routes.payment,
    operationId: 'readPayment',
    summary: 'Get the payment view',
    description:
      'Has no effect on the payment. For an open payment the order is read from Plural, at most once per second. If it cannot be read, the view comes from the record.',
    body: 'SessionBody',
  },
  {
    path: routes.leave,
    operationId: 'leavePayment',
    summary: 'Leave for the bank’s page, or cancel',
    description:
      'Recorded, without a call to Plural. `cancel` has an effect in `ready`, `awaitingOtp` and `unresolved` only.',
    body: 'LeaveBody',
  },
];

const errorStatuses = ['400', '401', '403', '405', '408', '413', '415', '500', '503'];

const browserOperation = ({ operationId, summary, description, body }: BrowserRoute) => ({
  operationId,
  tags: ['customer’s page'],
  summary,
  description,
  parameters: [ref('parameters', 'Origin'), ref('parameters', 'SecFetchSite')],
  requestBody: {
    required: true,
    description: 'At most 4096 bytes.',
    content: { 'application/json': { schema: ref('schemas', body), examples: requestExamples[body] } },
  },
  responses: {
    200: ref('responses', 'View'),
    ...Object.fromEntries(errorStatuses.map((status) => [status, ref('responses', `Problem${status}`)])),
  },
});

const returnFields = {
  type: 'object',
  description: 'Fields that the bank’s page sends back. Further fields are possible and are part of the signed string.',
  required: ['order_id', 'status', 'signature'],
  properties: {
    order_id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Plural’s id of the order.' },
    status: {
      type: 'string',
      pattern: '^[A-Za-z0-9_]{1,64}$',
      description: 'Status by the bank’s page. Not reliable: the order decides.',
    },
    error_code: { type: 'string', description: 'Present only after a failure.' },
    error_message: { type: 'string', description: 'Present only after a failure.' },
    signature: {
      type: 'string',
      pattern: '^[0-9A-Fa-f]{64}$',
      description:
        'Hex HMAC-SHA-256 of the pairs `key=value` of all other fields with decoded values, sorted by key and joined by `&`. The key is the secret key of the account, decoded from hex.',
    },
  },
  additionalProperties: { type: 'string' },
};

const returnOperation = (operationId: string, request: object) => ({
  operationId,
  tags: ['Plural'],
  summary: 'Receive the customer’s return from the bank’s page',
  description:
    'The signature is verified, then the order is read. An invalid return changes nothing. The customer may have paid in either case, so the response is always a 303 to a page of the merchant’s configuration, never to a URL of the request.',
  ...request,
  responses: { 303: ref('responses', 'Redirect'), 405: ref('responses', 'Problem405') },
});

const webhookOperation = {
  operationId: 'receiveWebhook',
  tags: ['Plural'],
  summary: 'Receive a webhook of Plural',
  description:
    'The signature is verified over the raw bytes, with a timestamp at most 300 seconds away. Then the order is read and its verdict delivered to the shop. Idempotent. Events of other types and of unknown orders get a 2xx.',
  parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: {
      'webhook-id': 'Id of the event; the same in each retry.',
      'webhook-timestamp': 'Time of the signature, in epoch seconds.',
      'webhook-signature':
        '`v1,` and Base64 of the HMAC-SHA-256 of `id.timestamp.body`. Several signatures are separated by spaces.',
    }[name],
  })),
  requestBody: {
    required: true,
    description: 'At most 262144 bytes.',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'Envelope of an event. `eventType` is accepted in place of `event_type`.',
          properties: {
            event_type: { type: 'string', description: 'Type of the event, for example `ORDER_PROCESSED`.' },
            data: { type: 'object', description: 'The order, in order and payment events. Never trusted alone.' },
          },
        },
      },
    },
  },
  responses: {
    202: ref('responses', 'Empty'),
    204: ref('responses', 'Empty'),
    403: ref('responses', 'Problem403'),
    405: ref('responses', 'Problem405'),
    413: ref('responses', 'Problem413'),
    503: ref('responses', 'Problem503'),
  },
};

/** Every path of the contract. */
export const paths = {
  ...Object.fromEntries(browserRoutes.map((route) => [`/${route.path}`, { post: browserOperation(route) }])),
  [`/${routes.return}`]: {
    get: returnOperation('returnByGet', {
      parameters: [
        {
          name: 'fields',
          in: 'query',
          required: true,
          style: 'form',
          explode: true,
          schema: returnFields,
          description: 'The fields, as members of the query string.',
        },
      ],
    }),
    post: returnOperation('returnByPost', {
      requestBody: {
        required: true,
        description: 'At most 16384 bytes.',
        content: { 'application/x-www-form-urlencoded': { schema: returnFields } },
      },
    }),
  },
  [`/${routes.webhook}`]: { post: webhookOperation },
};
