/** Marked secrets go in; nothing marked may come out of an error, a hook or the console, in whatever form. */

import { createPlural, verifyReturn, type Plural } from '@plural-otp/core';
import { signReturn } from '@plural-otp/core/testing';
import { baseUrl, tokenPath } from '../../../packages/core/test/support/plural-stub.ts';
import type { Cases } from './assert.ts';

const secrets = {
  pan: '4929939187355598',
  cvv: '8317',
  otp: '70418263',
  clientSecret: 'canarySecretJq9',
  bearer: 'canaryBearerWx4',
  returnKey: 'c0ffee00c0ffee11c0ffee22c0ffee33',
};

/** Forms of a secret to search for: plain, percent-encoded, and in Base64 at each of its three alignments. */
const marks: string[] = Object.values(secrets).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  ...[0, 2, 3]
    .map((from, shift) =>
      btoa(' '.repeat(shift) + secret)
        .replace(/.=+$/, '')
        .slice(from),
    )
    .filter((mark) => mark.length > 6),
]);

/** Everything a value holds, hidden members and prototypes' getters among it. */
function heldBy(value: unknown, seen: Set<unknown> = new Set()): string {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return String(value);
  if (seen.has(value)) return '';
  seen.add(value);
  const names = new Set<PropertyKey>();
  for (
    let owner: object | null = value;
    owner !== null && owner !== Object.prototype && owner !== Function.prototype;
  ) {
    for (const name of Reflect.ownKeys(owner)) names.add(name);
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  let text = '';
  for (const name of names) {
    let member: unknown;
    try {
      member = Reflect.get(value, name);
    } catch {
      continue;
    }
    text += `${String(name)}: ${heldBy(member, seen)}\n`;
  }
  return text;
}

function expectSilence(value: unknown, what: string): void {
  const said = `${heldBy(value)}\n${JSON.stringify(value)}\n${String(value)}\n${heldBy(structuredClone(value))}`;
  const mark = marks.find((mark) => said.toLowerCase().includes(mark.toLowerCase()));
  if (mark !== undefined) throw new Error(`${what} says ${mark}`);
}

const card = { name: 'Asha Rao', card_number: secrets.pan, cvv: secrets.cvv, expiry_month: '03', expiry_year: '2030' };
const payment = (card_details: object): never =>
  ({
    payments: [
      {
        merchant_payment_reference: 'p-1',
        payment_method: 'CARD',
        payment_amount: { value: 100, currency: 'INR' },
        payment_option: { card_details },
      },
    ],
  }) as never;

const acts: ((plural: Plural) => Promise<unknown>)[] = [
  (plural) => plural.createPayment('o-1', payment(card)),
  (plural) => plural.createPayment('o-1', payment({ ...card, card_number: `${secrets.pan}99999` })),
  (plural) => plural.createPayment(`${secrets.pan} `, payment(card)),
  (plural) => plural.submitOtp('p-1', secrets.otp),
  (plural) => plural.submitOtp('p-1', `${secrets.otp}99`),
  (plural) =>
    plural.getCardDetails({
      amount: '100',
      card_details: [{ payment_identifier: secrets.pan, payment_reference_type: 'CARD' }],
    }),
];

type Network = (request: Request, sent: string) => Promise<Response>;
const echo =
  (status: number): Network =>
  async (request, sent) => {
    const said = `${sent} ${request.headers.get('authorization')}`;
    return Response.json({ code: 'X', message: said, error_description: said, next: [said] }, { status });
  };
const networks: Record<string, Network> = {
  'an echo with 200': echo(200),
  'an echo with 400': echo(400),
  'an echo with 401': echo(401),
  'an echo with 422': echo(422),
  'an echo with 500': echo(500),
  'a redirect': async (_request, sent) =>
    new Response(null, { status: 302, headers: { location: `/?${encodeURIComponent(sent)}` } }),
  'an error that holds the request': async (request, sent) => {
    throw Object.assign(new TypeError(`fetch failed: ${sent}`), { request, code: secrets.otp });
  },
  'no JSON': async (_request, sent) => new Response(`<html>${sent}</html>`),
};

/** Everything printed while `work` runs. */
async function printedBy(work: () => Promise<void>): Promise<unknown[]> {
  const printed: unknown[] = [];
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const before = methods.map((method) => console[method]);
  for (const method of methods) console[method] = (...args: unknown[]) => void printed.push(...args);
  try {
    await work();
  } finally {
    for (const [index, method] of methods.entries()) console[method] = before[index] as typeof console.log;
  }
  return printed;
}

export const leakCases: Cases = {
  ...Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [
      `core: ${name}: no error, hook or console says a secret`,
      async () => {
        const { random } = Math;
        Math.random = () => 0;
        const records: unknown[] = [];
        let failed = 0;
        const printed = await printedBy(async () => {
          for (const tokenToo of [false, true]) {
            const plural = createPlural({
              environment: { baseUrl },
              clientId: 'client-id',
              clientSecret: secrets.clientSecret,
              // A random one may hold the CVV's four digits by chance.
              newId: () => 'request-id',
              onCall: (call) => void records.push(call),
              fetch: async (request) =>
                new URL(request.url).pathname === tokenPath && !tokenToo
                  ? Response.json({ access_token: secrets.bearer })
                  : network(request, await request.clone().text()),
            });
            for (const action of acts) {
              const error = await action(plural).catch((thrown: unknown) => thrown);
              failed += error instanceof Error ? 1 : 0;
              expectSilence(error, 'an error');
            }
          }
        }).finally(() => (Math.random = random));
        if (failed !== acts.length * 2) throw new Error(`${failed} of ${acts.length * 2} acts failed`);
        expectSilence(printed.map(String), 'the console');
        expectSilence(records, 'onCall');
      },
    ]),
  ),
  'core: no error of a signature says key or digest': async () => {
    const { returnKey: secretKey } = secrets;
    const signed = await signReturn({ order_id: 'o-1', status: 'FAILED' }, { secretKey });
    marks.push(signed.signature);
    for (const wrong of [
      { status: 'PROCESSED' },
      { signature: 'zz' },
      { signature: '' },
      { order_id: secrets.pan + ' ' },
    ]) {
      const error = await verifyReturn({ ...signed, ...wrong }, { secretKey }).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) throw new Error('a wrong return was believed');
      expectSilence(error, 'an error');
    }
    const error = await verifyReturn(signed, { secretKey: `${secretKey}x` }).catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new Error('a wrong key was taken');
    expectSilence(error, 'an error');
  },
  'core: the marks are found where they are, so that silence means something': async () => {
    for (const secret of [secrets.pan, secrets.bearer]) {
      for (const text of [secret, btoa(`x${secret}y`)]) {
        const hidden = Object.defineProperty(new Error('x'), 'text', { value: text, enumerable: false });
        let heard = false;
        try {
          expectSilence(hidden, 'it');
        } catch {
          heard = true;
        }
        if (!heard) throw new Error(`${text} was not heard`);
      }
    }
  },
};
