import { routes } from '../src/contract.ts';
import { requestExamples } from './examples.ts';

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** A route of the customer's page: what it is for, and its body. */
interface PageRoute {
  path: string;
  operationId: string;
  summary: string;
  description: string;
  body: 'SessionBody' | 'ActionBody' | 'SubmitBody' | 'LeaveBody';
}

const pageRoutes: readonly PageRoute[] = [
  {
    path: routes.generate,
    operationId: 'generateOtp',
    summary: 'Ask the bank for a code',
    description:
      'Sends one message to the customer’s phone, and only while the payment is `ready`; in any other phase, and for a known idempotencyKey, the present view is the whole answer. The deed is written down before Plural is called. An answer of Plural’s that was lost leads to `awaitingOtp` with `OTP_MAYBE_NOT_SENT`, and is never asked for twice by itself.',
    body: 'ActionBody',
  },
  {
    path: routes.submit,
    operationId: 'submitOtp',
    summary: 'Hand in the code',
    description:
      'Sent to Plural once. An accepted code is not a payment: the answer is `confirming`, until the order says more. An unclear end (no answer, a 5xx, a body that cannot be read) is `confirming` too and is settled by reading the order; after 60 seconds with the payment still open it is `unresolved`.',
    body: 'SubmitBody',
  },
  {
    path: routes.resend,
    operationId: 'resendOtp',
    summary: 'Ask for another code',
    description:
      'Refused with `RESEND_TOO_EARLY` before `resendInSeconds` are over and with `RESEND_LIMIT` after the last one, in a view with everything else kept.',
    body: 'ActionBody',
  },
  {
    path: routes.payment,
    operationId: 'readPayment',
    summary: 'Where does the payment stand?',
    description:
      'Sends nothing that a customer or a bank would notice; for an open payment the order is read from Plural, once a second at most. If it cannot be read, the answer is what the record knows.',
    body: 'SessionBody',
  },
  {
    path: routes.leave,
    operationId: 'leavePayment',
    summary: 'Go to the bank’s page, or give up',
    description:
      'Recorded; nothing is sent to Plural. `cancel` has an effect in `ready`, `awaitingOtp` and `unresolved` only.',
    body: 'LeaveBody',
  },
];

const refusals = ['400', '401', '403', '405', '408', '413', '415', '500', '503'];

const pageOperation = ({ operationId, summary, description, body }: PageRoute) => ({
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
    ...Object.fromEntries(refusals.map((status) => [status, ref('responses', `Problem${status}`)])),
  },
});

const returnFields = {
  type: 'object',
  description: 'What the bank’s page sends back. Other members come and belong to the signed text.',
  required: ['order_id', 'status', 'signature'],
  properties: {
    order_id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Plural’s id of the order.' },
    status: {
      type: 'string',
      pattern: '^[A-Za-z0-9_]{1,64}$',
      description: 'What the page believes. The order decides.',
    },
    error_code: { type: 'string', description: 'Only after a failure.' },
    error_message: { type: 'string', description: 'Only after a failure.' },
    signature: {
      type: 'string',
      pattern: '^[0-9A-Fa-f]{64}$',
      description:
        'HMAC-SHA-256, as hex, over the pairs `key=value` of everything else, sorted by key and joined by `&`, values decoded; the key is the secret key of the account, decoded from hex.',
    },
  },
  additionalProperties: { type: 'string' },
};

const returnOperation = (operationId: string, request: object) => ({
  operationId,
  tags: ['Plural'],
  summary: 'The customer comes back from the bank’s page',
  description:
    'Verified, then the order is read. One that does not verify changes nothing. The customer may have paid in either case, so the answer is always a 303 to a page of the merchant’s own configuration, never to a URL from the request.',
  ...request,
  responses: { 303: ref('responses', 'Onward'), 405: ref('responses', 'Problem405') },
});

const webhookOperation = {
  operationId: 'receiveWebhook',
  tags: ['Plural'],
  summary: 'Plural tells that something happened',
  description:
    'Verified over the raw bytes, with a timestamp at most 300 seconds away; then the order is read, and the merchant is told what it says. Told twice it does nothing twice. Events of other types and of unknown orders are answered 2xx.',
  parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: {
      'webhook-id': 'The same when the event is sent again.',
      'webhook-timestamp': 'Epoch seconds.',
      'webhook-signature': '`v1,` and Base64 of HMAC-SHA-256 over `id.timestamp.body`; several are parted by a space.',
    }[name],
  })),
  requestBody: {
    required: true,
    description: 'At most 262144 bytes.',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'The envelope; `eventType` is another spelling of `event_type`.',
          properties: {
            event_type: { type: 'string', description: 'For example `ORDER_PROCESSED`.' },
            data: { type: 'object', description: 'The order, for order and payment events. Never relied on alone.' },
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
  ...Object.fromEntries(pageRoutes.map((route) => [`/${route.path}`, { post: pageOperation(route) }])),
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
          description: 'Each a member of the query string.',
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
