/** The OpenAPI document: head, responses and parameters. */
import { viewExamples } from './examples.ts';
import { paths } from './routes.ts';
import { componentSchemas } from './schemas.ts';

const text = (description: string, example: string) => ({ description, schema: { type: 'string', const: example } });

/** Headers of every response. */
const securityHeaders = {
  'Cache-Control': text('No cache stores a response.', 'no-store'),
  'X-Content-Type-Options': text('Browsers must not guess another content type.', 'nosniff'),
  'Referrer-Policy': text('Browsers send no referrer.', 'no-referrer'),
};
const retryAfter = {
  'Retry-After': {
    description: 'Delay before a retry, in seconds.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
};
const allow = { Allow: { description: 'Allowed methods.', required: true, schema: { type: 'string' } } };

const problemsByStatus: Readonly<Record<string, { code: string; description: string; headers?: object }>> = {
  400: {
    code: 'INTERNAL',
    description: 'Invalid body: malformed JSON, or an unknown, missing or invalid member.',
  },
  401: {
    code: 'SESSION_EXPIRED',
    description: 'Invalid session, or one that is more than 24 hours old. The response is the same for each cause.',
  },
  403: {
    code: 'INTERNAL',
    description: 'Cross-site request (CSRF), or a webhook with an invalid signature. Nothing was done.',
  },
  405: { code: 'INTERNAL', description: 'Method not allowed.', headers: allow },
  408: { code: 'INTERNAL', description: 'The body took too long to arrive.' },
  413: { code: 'INTERNAL', description: 'The body is too large.' },
  415: { code: 'INTERNAL', description: 'Unsupported content type.' },
  500: { code: 'INTERNAL', description: 'Internal error. It is unknown whether anything was done.' },
  503: {
    code: 'BACKEND_UNREACHABLE',
    description: 'The backend’s store or Plural is unavailable, and nothing was sent. Retry after the delay.',
    headers: retryAfter,
  },
};

const problemResponses = Object.fromEntries(
  Object.entries(problemsByStatus).map(([status, { code, description, headers }]) => [
    `Problem${status}`,
    {
      description,
      headers: { ...securityHeaders, ...headers },
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/ProblemBody' },
          examples: { problem: { summary: description, value: { problem: { code } } } },
        },
      },
    },
  ]),
);

/** Builds the contract between browser, backend and Plural as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plural native OTP: the merchant’s backend',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'The routes that `<plural-otp>` and `createOtpFlow` call on a merchant’s backend in any language, and those that Plural calls. The browser identifies a payment by its session only. Every call to Plural is reserved in the backend’s store before it is sent, at most once per idempotency key, and a payment counts as paid only when the order read from Plural says so.',
    },
    servers: [
      {
        url: 'http://{host}/plural',
        description: 'Address that the routes are mounted at.',
        variables: { host: { default: '127.0.0.1:3000' } },
      },
    ],
    // The session in the body takes the place of a security scheme.
    security: [],
    tags: [
      { name: 'customer’s page', description: 'Called by the page on which the customer types the OTP.' },
      { name: 'Plural', description: 'Called by the bank’s page and by Plural; authenticated by a signature.' },
    ],
    paths,
    components: {
      schemas: componentSchemas(),
      parameters: {
        Origin: {
          name: 'Origin',
          in: 'header',
          schema: { type: 'string' },
          description:
            'Sent by browsers. Unless `Sec-Fetch-Site` is `same-origin`, it must equal an origin of the merchant’s configuration.',
        },
        SecFetchSite: {
          name: 'Sec-Fetch-Site',
          in: 'header',
          schema: { type: 'string', enum: ['same-origin', 'same-site', 'cross-site', 'none'] },
          description:
            'Sent by browsers. `same-origin` is accepted, `none` is rejected, and the others are decided by `Origin`.',
        },
      },
      responses: {
        View: {
          description: 'The view of the payment, after the action if there was one.',
          headers: securityHeaders,
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/PaymentView' }, examples: viewExamples },
          },
        },
        Redirect: {
          description: 'Redirect to the merchant’s own page.',
          headers: {
            ...securityHeaders,
            Location: { description: 'URL of the merchant’s page.', required: true, schema: { type: 'string' } },
          },
        },
        Empty: { description: 'Accepted, without a body.', headers: securityHeaders },
        ...problemResponses,
      },
    },
  };
}
