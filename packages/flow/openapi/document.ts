import { viewExamples } from './examples.ts';
import { paths } from './routes.ts';
import { componentSchemas } from './schemas.ts';

const text = (description: string, example: string) => ({ description, schema: { type: 'string', const: example } });

/** On every answer, whatever its status. */
const guardingHeaders = {
  'Cache-Control': text('No copy of a payment is kept anywhere.', 'no-store'),
  'X-Content-Type-Options': text('The body is what its content type says.', 'nosniff'),
  'Referrer-Policy': text('The next page learns nothing of this one.', 'no-referrer'),
};
const retryAfter = {
  'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'string', pattern: '^[0-9]+$' } },
};
const allow = { Allow: { description: 'The methods there are.', required: true, schema: { type: 'string' } } };

const problemAnswers: Readonly<Record<string, { code: string; description: string; headers?: object }>> = {
  400: {
    code: 'INTERNAL',
    description: 'The body is not the contract’s: no JSON, a member too many, too few or wrong.',
  },
  401: {
    code: 'SESSION_EXPIRED',
    description:
      'The session is none of this backend’s, or 24 hours old: one and the same answer, whatever is wrong with it.',
  },
  403: {
    code: 'INTERNAL',
    description: 'From a page that may not call, or (webhook) with a signature that is not Plural’s. Nothing was done.',
  },
  405: { code: 'INTERNAL', description: 'The route has no such method.', headers: allow },
  408: { code: 'INTERNAL', description: 'The body took too long to arrive.' },
  413: { code: 'INTERNAL', description: 'The body is too large.' },
  415: { code: 'INTERNAL', description: 'The content type is not the one this route reads.' },
  500: { code: 'INTERNAL', description: 'The backend failed, and does not know whether anything was done.' },
  503: {
    code: 'BACKEND_UNREACHABLE',
    description: 'The backend’s own store or Plural is away, and nothing was sent. Worth asking again soon.',
    headers: retryAfter,
  },
};

const problemResponses = Object.fromEntries(
  Object.entries(problemAnswers).map(([status, { code, description, headers }]) => [
    `Problem${status}`,
    {
      description,
      headers: { ...guardingHeaders, ...headers },
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/ProblemBody' },
          examples: { problem: { summary: description, value: { problem: { code } } } },
        },
      },
    },
  ]),
);

/** The contract between browser, backend and Plural as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plural native OTP: the merchant’s backend',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'What `<plural-otp>` and `createOtpFlow` ask of a merchant’s backend, in whatever language it is written, and what Plural sends to it. The browser never names a payment: its session does. Every effect is written down before it is sent, nothing is sent twice, and money is believed only when the order, read from Plural, says so.',
    },
    servers: [
      {
        url: 'http://{host}/plural',
        description: 'Wherever the routes are mounted.',
        variables: { host: { default: '127.0.0.1:3000' } },
      },
    ],
    // What stands for a login is the session within the body.
    security: [],
    tags: [
      { name: 'customer’s page', description: 'Called by the page the customer types the code on.' },
      { name: 'Plural', description: 'Called by the bank’s page and by Plural; proved by a signature.' },
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
            'Browsers send it. Where `Sec-Fetch-Site` does not settle it, it has to be exactly an origin of the merchant’s configuration.',
        },
        SecFetchSite: {
          name: 'Sec-Fetch-Site',
          in: 'header',
          schema: { type: 'string', enum: ['same-origin', 'same-site', 'cross-site', 'none'] },
          description: 'Browsers send it. `same-origin` may call, `none` may not, and the others by their `Origin`.',
        },
      },
      responses: {
        View: {
          description: 'Where the payment stands, after the deed if there was one.',
          headers: guardingHeaders,
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/PaymentView' }, examples: viewExamples },
          },
        },
        Onward: {
          description: 'To the merchant’s own page.',
          headers: {
            ...guardingHeaders,
            Location: { description: 'The merchant’s page.', required: true, schema: { type: 'string' } },
          },
        },
        Empty: { description: 'Taken; nothing to say.', headers: guardingHeaders },
        ...problemResponses,
      },
    },
  };
}
