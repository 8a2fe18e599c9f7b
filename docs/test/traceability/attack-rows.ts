/** One kind of attack, race, crash or failure, and the tests that provoke it. */
export interface Defence {
  what: string;
  /** Test files, each with a pattern of the full names (`group > title`) that count; without one the whole file counts. */
  tests: readonly (readonly [file: string, within?: RegExp])[];
}

const edge = (name: string, within?: RegExp): readonly [string, RegExp?] =>
  within ? [`packages/edge/test/${name}`, within] : [`packages/edge/test/${name}`];
const core = (name: string, within?: RegExp): readonly [string, RegExp?] =>
  within ? [`packages/core/test/${name}`, within] : [`packages/core/test/${name}`];

/** Chapters of OWASP ASVS 5.0 that an OTP handler can meet by itself. */
const asvsChapters: readonly string[] = [
  'v1-encoding',
  'v2-validation-and-business-logic',
  'v3-web-frontend',
  'v4-web-service',
  'v6-authentication',
  'v7-sessions',
  'v9-self-contained-tokens',
  'v11-cryptography',
  'v14-data-protection',
  'v15-coding',
  'v16-errors-and-logs',
];
const attackFiles: readonly string[] = ['bodies', 'challenge-urls', 'hosts', 'paths-and-methods', 'webview-origins'];

export const defences: Readonly<Record<string, readonly Defence[]>> = {
  Attacked: [
    {
      what: 'The policy of each route: requests that pass, and each way to fail',
      tests: [edge('http/route-policy.test.ts', /^POST /)],
    },
    {
      what: 'Bodies: other types, deep, huge, duplicate keys, encoded, prototype pollution',
      tests: [edge('security/attacks/bodies.test.ts'), edge('http/route-policy.test.ts', /^the fields of a body/)],
    },
    {
      what: 'Ambiguous paths and methods',
      tests: [edge('security/attacks/paths-and-methods.test.ts')],
    },
    {
      what: 'Foreign hosts, and forwarded headers',
      tests: [edge('security/attacks/hosts.test.ts'), edge('http/sockets.test.ts', /^hosts and request targets/)],
    },
    {
      what: 'Pages of other origins (CSRF), webviews, CORS',
      tests: [
        edge('http/route-policy.test.ts', /^pages of other origins/),
        edge('security/attacks/webview-origins.test.ts'),
      ],
    },
    {
      what: 'Request smuggling over raw sockets, against Node’s server',
      tests: [edge('http/sockets.test.ts', /^request smuggling/)],
    },
    {
      what: 'Oversized, endless and incomplete bodies over raw sockets',
      tests: [edge('http/sockets.test.ts', /^oversized and incomplete bodies/)],
    },
    {
      what: 'The same through real nginx with TLS, and Chromium paying through it: with and without Sec-Fetch headers, from another port',
      tests: [edge('security/behind-nginx.live.test.ts')],
    },
    {
      what: 'Sessions: each character changed, truncated, sealed with another key, audience or version, expired',
      tests: [edge('session/sealed-session.test.ts')],
    },
    {
      what: 'Challenge URLs that lead elsewhere',
      tests: [
        edge('payment/challenge-url.test.ts'),
        edge('security/attacks/challenge-urls.test.ts'),
        edge('operations/start-failures.test.ts', /unknown host/),
      ],
    },
    {
      what: 'Returns: forged, altered, with duplicate fields, repeated, for unknown orders',
      tests: [edge('routes/return.test.ts'), core('signatures/return.test.ts')],
    },
    {
      what: 'Webhooks: forged, old, unsigned, repeated, delayed',
      tests: [edge('routes/webhook.test.ts'), core('signatures/webhook.test.ts')],
    },
    { what: 'Unsafe configurations', tests: [edge('options.test.ts')] },
    {
      what: 'OWASP ASVS 5.0, by requirement',
      tests: asvsChapters.map((chapter) => edge(`security/asvs/${chapter}.test.ts`)),
    },
  ],
  Raced: [
    {
      what: 'One idempotency key 60 times in parallel, 60 keys in parallel, two isolates, two tabs',
      tests: [edge('routes/otp.test.ts', /^at most one upstream call/)],
    },
    {
      what: 'Two processes on one database, 40 parallel OTPs',
      tests: [edge('resilience/processes.test.ts', /^two processes/)],
    },
    {
      what: 'Every store: 60 parallel increments with a limit of 5, and the rest of its contract',
      tests: [
        edge('stores/memory.test.ts'),
        edge('stores/sql.test.ts'),
        edge('stores/redis.live.test.ts'),
        edge('stores/postgres.live.test.ts'),
        edge('stores/workerd.live.test.ts'),
        edge('stores/deno.live.test.ts'),
      ],
    },
    {
      what: 'Parallel starts, with one reference and with two',
      tests: [edge('operations/start-payment.test.ts', /parallel starts|created after the order was read/)],
    },
    {
      what: 'All sources of a verdict in parallel; parallel sweeps; three webhooks',
      tests: [
        edge('reconciliation/sources.test.ts', /all at once/),
        edge('operations/sweep.test.ts', /parallel sweeps/),
        edge('routes/webhook.test.ts', /three parallel copies/),
      ],
    },
    {
      what: 'One access token for many parallel callers',
      tests: [core('client/access-token.test.ts'), core('client/token-source.test.ts')],
    },
  ],
  Killed: [
    {
      what: 'A real process, by SIGKILL, before and after each call that has an effect, and while it delivered a verdict',
      tests: [edge('resilience/processes.test.ts', /^a process killed/)],
    },
    {
      what: 'The same moments without a process: a record left incomplete',
      tests: [edge('resilience/store-failures.test.ts', /^a process that dies/)],
    },
    {
      what: 'A payment whose process died while creating it',
      tests: [edge('operations/start-failures.test.ts', /process that died/)],
    },
  ],
  'Made to fail': [
    {
      what: 'The store: throws, hangs, fails after its effect, always conflicts, has lost a record',
      tests: [
        edge('resilience/store-failures.test.ts', /^a store that fails/),
        edge('operations/start-failures.test.ts', /record was lost|when the store/),
      ],
    },
    { what: 'Starting a payment, at each step', tests: [edge('operations/start-failures.test.ts')] },
    {
      what: 'Actions whose outcome is unknown, or that certainly did not happen',
      tests: [edge('routes/otp-outcome.test.ts')],
    },
    {
      what: 'The network under every call: refused, reset, stalled, malformed, redirected, rate-limited',
      tests: [core('client/retry-table.test.ts'), core('client/injected-faults.test.ts'), core('client/http.test.ts')],
    },
    {
      what: 'The shop’s own hooks: throwing, hanging, dying',
      tests: [edge('reconciliation/delivery.test.ts'), edge('hooks.test.ts')],
    },
  ],
  Decided: [
    { what: 'The verdict table, row by row', tests: [core('outcome/payment-outcome.test.ts')] },
    {
      what: 'The sources of a verdict: submit, return, webhook, poll, settle, sweep',
      tests: [edge('reconciliation/sources.test.ts')],
    },
    {
      what: 'Verdicts that contradict each other: failed then paid, paid then failed, two payments',
      tests: [edge('reconciliation/verdict.test.ts')],
    },
    {
      what: 'Orders with unknown or lagging statuses, unreadable entries and amounts, two payments, or payments made elsewhere',
      tests: [edge('reconciliation/order-statuses.test.ts'), edge('payment/apply-order.test.ts')],
    },
  ],
  'Searched for leaks': [
    {
      what: 'Records, events, problems, responses and errors of the handler, on every path',
      tests: [edge('security/secrecy.test.ts')],
    },
    {
      what: 'Errors, hooks, stacks and logs of the client, for card, CVV, code, secret and token',
      tests: [core('leak.test.ts'), core('errors/redact.test.ts')],
    },
  ],
};

/** Files with nothing but attacks: each of their tests has to count in a row. */
export const wholeFiles: readonly string[] = [
  ...attackFiles.map((name) => `security/attacks/${name}`),
  ...asvsChapters.map((chapter) => `security/asvs/${chapter}`),
  'http/route-policy',
  'http/sockets',
  'options',
  'resilience/processes',
  'resilience/store-failures',
].map((name) => `packages/edge/test/${name}.test.ts`);
