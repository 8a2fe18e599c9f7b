/** What was attacked, raced, killed and made to fail; each row leads to the tests that did it. */
export interface Defence {
  what: string;
  /** A test file, and of it the tests whose full name (`group > title`) has this in it; all of them without it. */
  tests: readonly (readonly [file: string, within?: RegExp])[];
}

const edge = (name: string, within?: RegExp): readonly [string, RegExp?] =>
  within ? [`packages/edge/test/${name}`, within] : [`packages/edge/test/${name}`];
const core = (name: string, within?: RegExp): readonly [string, RegExp?] =>
  within ? [`packages/core/test/${name}`, within] : [`packages/core/test/${name}`];

export const defences: Readonly<Record<string, readonly Defence[]>> = {
  Attacked: [
    {
      what: 'Each check of each route: requests that pass, and each way to fail',
      tests: [edge('http/route-policy.test.ts', /^POST /)],
    },
    {
      what: 'Bodies: other types, deep, huge, doubled, encoded, polluting a prototype',
      tests: [edge('security/attacks.test.ts', /^bodies/), edge('http/route-policy.test.ts', /^the fields of a body/)],
    },
    {
      what: 'Paths and methods that mean something else elsewhere',
      tests: [edge('security/attacks.test.ts', /^paths/)],
    },
    {
      what: 'Foreign hosts, and the headers of proxies',
      tests: [
        edge('security/attacks.test.ts', /^hosts/),
        edge('http/sockets.test.ts', /what a request says it is for/),
      ],
    },
    {
      what: 'Pages of other origins, webviews, CORS',
      tests: [
        edge('http/route-policy.test.ts', /^pages of other origins/),
        edge('security/attacks.test.ts', /^origins of webviews/),
      ],
    },
    {
      what: 'Request smuggling over raw sockets, against Node’s server',
      tests: [edge('http/sockets.test.ts', /one request is never two/)],
    },
    {
      what: 'Bodies that are too long, never end, or break off, over raw sockets',
      tests: [edge('http/sockets.test.ts', /bodies that are too much/)],
    },
    {
      what: 'The same through real nginx with TLS, and Chromium paying through it: with and without Sec-Fetch headers, from another port',
      tests: [edge('security/behind-nginx.live.test.ts')],
    },
    {
      what: 'Sessions: each character changed, cut, resealed, of another key, audience or version, too old',
      tests: [edge('session/sealed-session.test.ts')],
    },
    {
      what: 'Challenge URLs that lead elsewhere',
      tests: [
        edge('http/route-policy.test.ts', /^the bank’s page/),
        edge('security/attacks.test.ts', /^challenge URLs/),
        edge('operations/start-failures.test.ts', /strange host/),
      ],
    },
    {
      what: 'Returns: forged, altered, doubled, repeated, for unknown orders',
      tests: [edge('routes/return.test.ts'), core('signatures/return.test.ts')],
    },
    {
      what: 'Webhooks: forged, old, unsigned, repeated, late',
      tests: [edge('routes/webhook.test.ts'), core('signatures/webhook.test.ts')],
    },
    { what: 'Configurations that would be unsafe', tests: [edge('http/route-policy.test.ts', /^options/)] },
    { what: 'OWASP ASVS 5.0, by requirement', tests: [edge('security/asvs.test.ts')] },
  ],
  Raced: [
    {
      what: 'One act 60 times at once, 60 acts at once, two isolates, two tabs',
      tests: [edge('routes/otp.test.ts', /^at most one effect/)],
    },
    {
      what: 'Two processes on one database, 40 codes at once',
      tests: [edge('resilience/processes.test.ts', /^two processes/)],
    },
    {
      what: 'Every store: 60 parallel load, add and save with bound 5, in 20 rounds, and the rest of its contract',
      tests: [
        edge('stores/sql.test.ts'),
        edge('stores/redis.live.test.ts'),
        edge('stores/postgres.live.test.ts'),
        edge('stores/workerd.live.test.ts'),
        edge('stores/deno.live.test.ts'),
      ],
    },
    {
      what: 'Starting twice at once, with one reference and with two',
      tests: [
        edge('operations/start-payment.test.ts', /clicked again|two references at once|made after the order was read/),
      ],
    },
    {
      what: 'All ways to a verdict at once; two sweeps; three webhooks',
      tests: [
        edge('reconciliation/verdict.test.ts', /all at once/),
        edge('operations/sweep.test.ts', /two sweeps/),
        edge('routes/webhook.test.ts', /three times at once/),
      ],
    },
    {
      what: 'One token for many callers at once',
      tests: [core('client/access-token.test.ts'), core('client/token-source.test.ts')],
    },
  ],
  Killed: [
    {
      what: 'A real process, by SIGKILL, before and after each call that has an effect, and while it told the shop',
      tests: [edge('resilience/processes.test.ts', /^a process killed/)],
    },
    {
      what: 'The same moments without a process: a record left half-way',
      tests: [edge('resilience/store-failures.test.ts', /^a process that dies/)],
    },
    {
      what: 'A payment whose making process died',
      tests: [edge('operations/start-failures.test.ts', /process that died/)],
    },
  ],
  'Made to fail': [
    {
      what: 'The store: throws, hangs, answers after its effect, is always behind, has lost a record',
      tests: [
        edge('resilience/store-failures.test.ts', /^a store that fails/),
        edge('operations/start-failures.test.ts', /lost stays lost|while (?:load|save)|the store/),
      ],
    },
    { what: 'Starting a payment, at each step', tests: [edge('operations/start-failures.test.ts')] },
    {
      what: 'Acts whose end is unclear, or that surely did not happen',
      tests: [edge('routes/otp.test.ts', /^an act/)],
    },
    {
      what: 'The network under every call: refused, cut, stalled, garbled, redirected, rate-limited',
      tests: [core('client/retry-table.test.ts'), core('client/injected-faults.test.ts'), core('client/http.test.ts')],
    },
    {
      what: 'The shop’s own functions: throwing, hanging, dying',
      tests: [edge('reconciliation/verdict.test.ts', /^delivery/), edge('http/route-policy.test.ts', /^hooks/)],
    },
  ],
  Decided: [
    { what: 'The verdict table, row by row', tests: [edge('payment/decide.test.ts')] },
    {
      what: 'The ways in: submit, return, webhook, page, settle, sweep',
      tests: [edge('reconciliation/verdict.test.ts', /^ways in/)],
    },
    {
      what: 'Verdicts that contradict each other: failed then paid, paid then failed, two payments',
      tests: [edge('reconciliation/verdict.test.ts', /^verdicts/)],
    },
  ],
  'Searched for leaks': [
    {
      what: 'Records, events, problems, answers and errors of the handler, on every path',
      tests: [edge('security/secrecy.test.ts')],
    },
    {
      what: 'Errors, hooks, stacks and logs of the client, for card, CVV, code, secret and token',
      tests: [core('leak.test.ts'), core('errors/redact.test.ts')],
    },
  ],
};

/** Files that hold nothing but defences: each of their tests has to be counted in some row. */
export const wholeFiles: readonly string[] = ['attacks', 'sockets', 'asvs', 'guards', 'processes', 'frailty'].map(
  (name) => `packages/edge/test/${name}.test.ts`,
);
