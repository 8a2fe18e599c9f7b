/** Passes marked secrets to every input and drives every error path; no output may contain one. */

import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPlural, verifyReturn, verifyWebhook, type Plural } from '@plural-otp/core';
import { explainReturn, signReturn, signWebhook } from '@plural-otp/core/testing';
import {
  invalidResponses,
  connectionFaults,
  createFaultServer,
  stalls,
  type FaultHandler,
} from './support/fault-server.ts';
import { order, tokenPath } from './support/plural-stub.ts';

const canaries = {
  pan: '4929939187355598',
  spacedPan: '4929 9391 8735 5598',
  cvv: '8317',
  otp: '70418263',
  clientSecret: 'canarySecretJq9',
  bearer: 'canaryBearerWx4',
  cryptogram: 'canaryCryptogramPf2',
  cardToken: 'canaryCardTokenLk8',
  returnKey: 'c0ffee00c0ffee11c0ffee22c0ffee33',
};

/** Returns the Base64 of a secret inside a longer string, at each of its three alignments. */
function base64Forms(secret: string): string[] {
  const unmixed = [0, 2, 3];
  return unmixed.map((from, shift) => {
    const text = Buffer.from(' '.repeat(shift) + secret).toString('base64');
    return text.replace(/.=+$/, '').slice(from);
  });
}

/** Each canary unchanged, percent-encoded, in Base64 and in hex. A short form would be found by chance, so it is left out. */
const secretForms: string[] = Object.values(canaries).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  ...[Buffer.from(secret).toString('hex'), ...base64Forms(secret)].filter((form) => form.length > 6),
]);

const consoleOutput: string[] = [];
beforeEach(() => {
  consoleOutput.length = 0;
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void consoleOutput.push(inspect(args)));
  }
});
afterEach(() => vi.restoreAllMocks());

/** Renders a value in every way that could reveal its content. */
function renderEverything(value: unknown): string {
  const hidden = inspect(value, { showHidden: true, depth: Infinity, getters: true, maxStringLength: null });
  const error = value instanceof Error ? `${value.message}\n${value.stack}\n${String(value)}` : '';
  return [error, hidden, JSON.stringify(value), inspect(structuredClone(value), { depth: Infinity })].join('\n');
}

function expectNoSecrets(what: string): void {
  for (const form of secretForms)
    if (what.toLowerCase().includes(form.toLowerCase())) throw new Error(`contains ${form}:\n${what}`);
}

const card = {
  name: 'Asha Rao',
  card_number: canaries.spacedPan,
  cvv: canaries.cvv,
  expiry_month: '03',
  expiry_year: '2030',
};
const payment = (option: object): never =>
  ({
    payments: [
      {
        merchant_payment_reference: 'p-1',
        payment_method: 'CARD',
        payment_amount: { value: 100, currency: 'INR' },
        payment_option: option,
      },
    ],
  }) as never;
const savedCard = {
  name: 'Asha Rao',
  token: canaries.cardToken,
  cryptogram: canaries.cryptogram,
  token_txn_type: 'ALT_TOKEN',
  last4_digit: '5598',
  expiry_month: '03',
  expiry_year: '2030',
  cvv: canaries.cvv,
};

const calls: ((plural: Plural) => Promise<unknown>)[] = [
  (plural) => plural.getOrder('o-1'),
  (plural) => plural.createPayment('o-1', payment({ card_details: card })),
  (plural) => plural.createPayment('o-1', payment({ card_token_details: savedCard })),
  (plural) => plural.createPayment('o-1', payment({ card_details: card, card_token_details: savedCard })),
  (plural) => plural.createPayment('o-1', payment({ card_details: { ...card, card_number: `${canaries.pan}99999` } })),
  (plural) => plural.createPayment('o-1', payment({ card_details: canaries.pan })),
  (plural) => plural.createPayment(canaries.spacedPan, payment({ card_details: card })),
  (plural) => plural.submitOtp('p-1', canaries.otp),
  (plural) => plural.submitOtp(canaries.spacedPan, canaries.otp),
  (plural) => plural.submitOtp('p-1', `${canaries.otp}99`),
  (plural) => plural.submitOtp('p-1', Number(canaries.otp) as never),
  (plural) =>
    plural.getCardDetails({
      amount: '100',
      card_details: [{ payment_identifier: canaries.pan, payment_reference_type: 'CARD' }],
    }),
  (plural) =>
    plural.createPayment(
      'o-1',
      payment({ card_token_details: { token_id: canaries.cardToken, token_txn_type: 'ALT_TOKEN', cvv: canaries.cvv } }),
    ),
  (plural) =>
    plural.createOrder({
      merchant_order_reference: 'r-1',
      order_amount: { value: 100, currency: 'INR' },
      purchase_details: { merchant_metadata: { [canaries.pan]: 7 as never } },
    }),
];

/** Calls that return what Plural sent as it is; only their failures are this package's own words. */
const rawCalls: ((plural: Plural) => Promise<unknown>)[] = [
  (plural) =>
    plural.request({
      method: 'POST',
      path: `/api/v1/tokens/${canaries.cardToken}/token-transactional-data`,
      query: { cryptogram: canaries.cryptogram, otp: Number(canaries.otp) },
      body: { card: { number: canaries.spacedPan, cvv: canaries.cvv }, otp: Number(canaries.otp) },
    }),
  (plural) => plural.request({ method: 'GET', path: `/api/v1/${canaries.pan}/${canaries.cardToken}` }),
  (plural) => plural.request({ method: 'POST', path: `/api/${canaries.spacedPan}`, body: { a: canaries.otp } }),
  (plural) => plural.request({ method: canaries.otp as never, path: '/api', body: canaries.pan as never }),
];

/** Returns the whole request in every member that an error may carry. */
const echoWith =
  (status: number): FaultHandler =>
  (request, response, _count, body) => {
    const heard = `${body} ${request.headers.authorization}`;
    const values = [...body.matchAll(/"([^"]+)"/g)].map(([, value]) => value as string);
    const secret = values.find((value) => secretForms.includes(value)) ?? 'nothing';
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '9999', location: `/${secret}` });
    response.end(
      JSON.stringify({
        code: secret,
        message: values.filter((value) => secretForms.includes(value)).join(' ') || heard,
        next: [secret, 'SUBMIT_OTP'],
        error_description: heard,
        additional_error_details: { source: heard },
      }),
    );
  };

describe('no error, log or hook contains a secret', () => {
  const servers: [string, FaultHandler][] = [
    ...Object.entries(connectionFaults),
    ...Object.entries(invalidResponses),
    ...[200, 302, 400, 401, 403, 422, 429, 500, 503].map((status): [string, FaultHandler] => [
      `an echo with ${status}`,
      echoWith(status),
    ]),
    ['a stall', stalls['stalled after headers'] as FaultHandler],
  ];

  test.each(servers)('%s', async (_name, serve) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = await createFaultServer(serve);
    const records: unknown[] = [];
    try {
      for (const tokenToo of [false, true]) {
        const plural = createPlural({
          environment: { baseUrl: server.baseUrl },
          clientId: 'client-id',
          clientSecret: canaries.clientSecret,
          timeoutMs: 500,
          // A random id could hold the four digits of the CVV.
          newId: () => 'request-id',
          onCall: (call) => records.push(call),
          onRequest: (request) => records.push(request),
          fetch: async (request) =>
            !tokenToo && new URL(request.url).pathname === tokenPath
              ? Response.json({ access_token: canaries.bearer })
              : fetch(request),
        });
        expectNoSecrets(
          renderEverything(plural.createPayment.toString()) + inspect(plural, { showHidden: true, depth: Infinity }),
        );
        const end = (call: (plural: Plural) => Promise<unknown>): Promise<unknown> =>
          call(plural).catch((error: unknown) => error);
        const [results, raw] = await Promise.all([calls, rawCalls].map((list) => Promise.all(list.map(end))));
        for (const result of results ?? []) expect(result).toBeInstanceOf(Error);
        const failures = raw?.filter((result) => result instanceof Error) ?? [];
        for (const result of [...(results ?? []), ...failures]) expectNoSecrets(renderEverything(result));
      }
      expect(records.length).toBeGreaterThan(0);
      expectNoSecrets(renderEverything(records));
      expectNoSecrets(consoleOutput.join('\n'));
    } finally {
      await server.close();
    }
  });

  test('a fetch whose error holds the request', async () => {
    const plural = createPlural({
      environment: { baseUrl: 'http://127.0.0.1:9' },
      clientId: 'client-id',
      clientSecret: canaries.clientSecret,
      fetch: async (request) => {
        if (new URL(request.url).pathname === tokenPath) return Response.json({ access_token: canaries.bearer });
        throw Object.assign(new TypeError(`fetch failed ${await request.text()}`), { request, code: canaries.otp });
      },
    });
    for (const call of [...calls, ...rawCalls]) {
      expectNoSecrets(renderEverything(await call(plural).catch((error: unknown) => error)));
    }
  });

  test('the token store receives nothing it could read', async () => {
    const stored: unknown[] = [];
    const plural = createPlural({
      environment: { baseUrl: 'http://127.0.0.1:9' },
      clientId: 'client-id',
      clientSecret: canaries.clientSecret,
      tokenStore: {
        get: async (...args) => void stored.push(args),
        set: async (...args) => void stored.push(args),
      },
      fetch: async () => Response.json({ access_token: canaries.bearer, order_id: 'o-1', status: order.status }),
    });
    await plural.getOrder('o-1');
    expect(stored).toHaveLength(2);
    expectNoSecrets(renderEverything(stored));
  });

  test('signatures: neither key, digest nor expected value', async () => {
    const secretKey = canaries.returnKey;
    const signed = await signReturn({ order_id: 'o-1', status: 'FAILED' }, { secretKey });
    const invalid = [
      { ...signed, status: 'PROCESSED' },
      { ...signed, signature: 'zz' },
      { ...signed, signature: '' },
      { ...signed, order_id: canaries.spacedPan },
    ];
    for (const fields of invalid) {
      const error = await verifyReturn(fields, { secretKey }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expectNoSecrets(renderEverything(error));
      expect(renderEverything(error)).not.toContain(signed.signature);
      expectNoSecrets(JSON.stringify(await explainReturn(fields, { secretKey, keyEncoding: 'utf8' })));
    }
    expectNoSecrets(
      renderEverything(await verifyReturn(signed, { secretKey: `${secretKey}x` }).catch((thrown: unknown) => thrown)),
    );
    const webhook = await signWebhook({ body: '{}', secret: canaries.clientSecret });
    const rejection = await verifyWebhook({ ...webhook, body: '{ }' }, { secret: canaries.clientSecret }).catch(
      (thrown: unknown) => thrown,
    );
    expect(rejection).toBeInstanceOf(Error);
    expectNoSecrets(renderEverything(rejection));
  });
});

test('secrets are found where they are, so that their absence means something', () => {
  for (const secret of Object.values(canaries).filter((text) => text.length > 6)) {
    for (const text of [secret, Buffer.from(`x${secret}y`).toString('base64'), Buffer.from(secret).toString('hex')]) {
      expect(() => expectNoSecrets(renderEverything({ text }))).toThrowError();
    }
  }
});
