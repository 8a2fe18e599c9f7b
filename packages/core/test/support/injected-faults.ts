/** Faults without a socket: a client whose injected fetch goes wrong in one chosen way. Needs nothing but a platform. */

import { createPlural, isPluralError, type Operation, type Outcome, type Plural } from '@plural-otp/core';
import { baseUrl, calls, tokenPath } from './plural-stub.ts';
import { responseFaults, connectionFault, stalledFault, invalidResponseFault, type Fault } from './retry-rules.ts';

/** @param count 1 for the first request that reached it */
export type Responder = (count: number) => Response | Promise<Response>;

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const partialBody = new TextEncoder().encode('{"data":{"order_id":');
const stream = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response =>
  new Response(new ReadableStream({ start }), { headers: { 'content-type': 'application/json' } });
const tenMegabytes = (): string => `{"data":{"order_id":"o","status":"S","notes":"${'x'.repeat(10_000_000)}"}}`;

const connectionFaults: [Fault, Responder][] = [
  [connectionFault('refused', false), () => Promise.reject(new TypeError('fetch failed'))],
  [
    connectionFault('broken in the body', true),
    () =>
      stream((controller) => {
        controller.enqueue(partialBody);
        controller.error(new TypeError('terminated'));
      }),
  ],
];

const stalls: [Fault, Responder][] = [
  // Ignores its signal, too.
  [stalledFault('no answer at all'), () => new Promise(() => undefined)],
  [stalledFault('an answer without an end'), () => stream((controller) => controller.enqueue(partialBody))],
];

const invalidResponses: [Fault, Responder][] = [
  [invalidResponseFault('HTML with 200'), () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  [invalidResponseFault('an empty body with 200'), () => new Response(null)],
  [invalidResponseFault('truncated JSON with 200'), () => new Response('{"data":{"order_id":"o-1","sta')],
  [invalidResponseFault('another shape with 200'), () => json(200, { data: { id: 7 } })],
  [invalidResponseFault('an unknown error with 200'), () => json(200, { code: 'E_NEW', message: 'something' })],
  [invalidResponseFault('ten megabytes'), () => new Response(tenMegabytes())],
  [
    invalidResponseFault('ten megabytes, length unknown'),
    () =>
      stream((controller) => {
        controller.enqueue(new TextEncoder().encode(tenMegabytes()));
        controller.close();
      }),
  ],
  [invalidResponseFault('a redirect'), () => new Response(null, { status: 302, headers: { location: '/elsewhere' } })],
];

export interface FaultyClient {
  plural: Plural;
  requests: Operation[];
}

/** A client whose Plural answers every call but the given one well. */
export function createFaultyClient(operation: Operation, answer: Responder, timeoutMs?: number): FaultyClient {
  const requests: Operation[] = [];
  const plural = createPlural({
    environment: { baseUrl },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    fetch: async (request) => {
      const isToken = new URL(request.url).pathname === tokenPath;
      if (isToken && operation !== 'getToken') return json(200, { access_token: 'token', expires_in: 3600 });
      requests.push(operation);
      return answer(requests.length);
    },
  });
  return { plural, requests };
}

/** The call as the table makes it; the token call is made on the way to a read. */
export const runCall = (plural: Plural, operation: Operation): Promise<unknown> =>
  calls[operation === 'getToken' ? 'getOrder' : operation].run(plural);

/** Waits between attempts are a random part of something; none while `work` runs. */
export async function withoutJitter(work: () => Promise<unknown>): Promise<void> {
  const { random } = Math;
  Math.random = () => 0;
  try {
    await work();
  } finally {
    Math.random = random;
  }
}

/** A fault with the fetch that commits it, and the limit of an attempt where one has to pass. */
export interface InjectedFault {
  fault: Fault;
  respond: Responder;
  timeoutMs?: number;
}

export const injectedFaults: InjectedFault[] = [
  ...[...connectionFaults, ...invalidResponses].map(([fault, respond]) => ({ fault, respond })),
  ...responseFaults.map((fault) => ({
    fault,
    respond: () => json(fault.status, fault.body ?? {}, fault.headers),
  })),
  ...stalls.map(([fault, respond]) => ({ fault, respond, timeoutMs: 200 })),
];

/** What a call came to, as `endOf` says it, with the call that is blamed. */
export async function resultByFetch(
  { respond, timeoutMs }: Omit<InjectedFault, 'fault'>,
  operation: Operation,
): Promise<{ code: string; outcome: Outcome; requestCount: number; operation: Operation | undefined }> {
  const { plural, requests } = createFaultyClient(operation, respond, timeoutMs);
  const error = await runCall(plural, operation).catch((thrown: unknown) => thrown);
  if (!isPluralError(error)) throw new Error(`${operation} did not fail as a PluralError: ${String(error)}`);
  return { code: error.code, outcome: error.outcome, requestCount: requests.length, operation: error.operation };
}
