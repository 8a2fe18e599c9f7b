/** Faults without a socket: a client whose injected fetch goes wrong in one chosen way. Needs nothing but a platform. */

import { createPlural, isPluralError, type Operation, type Outcome, type Plural } from '@plural-otp/core';
import { baseUrl, calls, tokenPath } from './plural-stub.ts';
import { answeredFaults, brokenConnection, stalled, unreadable, type Fault } from './retry-rules.ts';

/** @param count 1 for the first request that reached it */
export type Answer = (count: number) => Response | Promise<Response>;

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const half = new TextEncoder().encode('{"data":{"order_id":');
const stream = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response =>
  new Response(new ReadableStream({ start }), { headers: { 'content-type': 'application/json' } });
const tenMegabytes = (): string => `{"data":{"order_id":"o","status":"S","notes":"${'x'.repeat(10_000_000)}"}}`;

const broken: [Fault, Answer][] = [
  [brokenConnection('refused', false), () => Promise.reject(new TypeError('fetch failed'))],
  [
    brokenConnection('broken in the body', true),
    () =>
      stream((controller) => {
        controller.enqueue(half);
        controller.error(new TypeError('terminated'));
      }),
  ],
];

const silent: [Fault, Answer][] = [
  // Ignores its signal, too.
  [stalled('no answer at all'), () => new Promise(() => undefined)],
  [stalled('an answer without an end'), () => stream((controller) => controller.enqueue(half))],
];

const bad: [Fault, Answer][] = [
  [unreadable('HTML with 200'), () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  [unreadable('an empty body with 200'), () => new Response(null)],
  [unreadable('truncated JSON with 200'), () => new Response('{"data":{"order_id":"o-1","sta')],
  [unreadable('another shape with 200'), () => json(200, { data: { id: 7 } })],
  [unreadable('an unknown error with 200'), () => json(200, { code: 'E_NEW', message: 'something' })],
  [unreadable('ten megabytes'), () => new Response(tenMegabytes())],
  [
    unreadable('ten megabytes, length unknown'),
    () =>
      stream((controller) => {
        controller.enqueue(new TextEncoder().encode(tenMegabytes()));
        controller.close();
      }),
  ],
  [unreadable('a redirect'), () => new Response(null, { status: 302, headers: { location: '/elsewhere' } })],
];

export interface Met {
  plural: Plural;
  reached: Operation[];
}

/** A client whose Plural answers every call but the given one well. */
export function clientOf(operation: Operation, answer: Answer, timeoutMs?: number): Met {
  const reached: Operation[] = [];
  const plural = createPlural({
    environment: { baseUrl },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    fetch: async (request) => {
      const isToken = new URL(request.url).pathname === tokenPath;
      if (isToken && operation !== 'getToken') return json(200, { access_token: 'token', expires_in: 3600 });
      reached.push(operation);
      return answer(reached.length);
    },
  });
  return { plural, reached };
}

/** The call as the table makes it; the token call is made on the way to a read. */
export const run = (plural: Plural, operation: Operation): Promise<unknown> =>
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
  answer: Answer;
  timeoutMs?: number;
}

export const injectedFaults: InjectedFault[] = [
  ...[...broken, ...bad].map(([fault, answer]) => ({ fault, answer })),
  ...answeredFaults.map((fault) => ({
    fault,
    answer: () => json(fault.status, fault.body ?? {}, fault.headers),
  })),
  ...silent.map(([fault, answer]) => ({ fault, answer, timeoutMs: 200 })),
];

/** What a call came to, as `endOf` says it, with the call that is blamed. */
export async function endByFetch(
  { answer, timeoutMs }: Omit<InjectedFault, 'fault'>,
  operation: Operation,
): Promise<{ code: string; outcome: Outcome; reached: number; operation: Operation | undefined }> {
  const { plural, reached } = clientOf(operation, answer, timeoutMs);
  const error = await run(plural, operation).catch((thrown: unknown) => thrown);
  if (!isPluralError(error)) throw new Error(`${operation} did not fail as a PluralError: ${String(error)}`);
  return { code: error.code, outcome: error.outcome, reached: reached.length, operation: error.operation };
}
