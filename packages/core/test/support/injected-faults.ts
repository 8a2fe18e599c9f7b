/** Faults without a socket: a client whose injected fetch fails in one chosen way. Runs in every runtime. */

import { createPlural, isPluralError, type Operation, type Outcome, type Plural } from '@plural-otp/core';
import { baseUrl, calls, tokenPath, type CalledOperation } from './plural-stub.ts';
import { responseFaults, connectionFault, stalledFault, invalidResponseFault, type Fault } from './retry-rules.ts';

/** Responds to a request. @param count 1 for the first request */
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
  [stalledFault('no response at all'), () => new Promise(() => undefined)],
  [stalledFault('a response without an end'), () => stream((controller) => controller.enqueue(partialBody))],
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
  requests: CalledOperation[];
}

/** Creates a client whose Plural responds well to every call but one. */
export function createFaultyClient(operation: CalledOperation, respond: Responder, timeoutMs?: number): FaultyClient {
  const requests: CalledOperation[] = [];
  const plural = createPlural({
    environment: { baseUrl },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    fetch: async (request) => {
      const isToken = new URL(request.url).pathname === tokenPath;
      if (isToken && operation !== 'getToken') return json(200, { access_token: 'token', expires_in: 3600 });
      requests.push(operation);
      return respond(requests.length);
    },
  });
  return { plural, requests };
}

/** Makes a call; the token call is made by a read that needs a token. */
export const runCall = (plural: Plural, operation: CalledOperation): Promise<unknown> =>
  calls[operation === 'getToken' ? 'getOrder' : operation].run(plural);

/** Runs `work` without the random delay between attempts. */
export async function withoutJitter(work: () => Promise<unknown>): Promise<void> {
  const { random } = Math;
  Math.random = () => 0;
  try {
    await work();
  } finally {
    Math.random = random;
  }
}

/** A fault with the fetch that causes it, and the timeout of an attempt where one has to pass. */
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

/** Makes a call that fails, and returns its result in the form of `expectedResult`, with the operation that the error names. */
export async function resultByFetch(
  { respond, timeoutMs }: Omit<InjectedFault, 'fault'>,
  operation: CalledOperation,
): Promise<{ code: string; outcome: Outcome; requestCount: number; operation: Operation | undefined }> {
  const { plural, requests } = createFaultyClient(operation, respond, timeoutMs);
  const error = await runCall(plural, operation).catch((thrown: unknown) => thrown);
  if (!isPluralError(error)) throw new Error(`${operation} did not fail as a PluralError: ${String(error)}`);
  return { code: error.code, outcome: error.outcome, requestCount: requests.length, operation: error.operation };
}
