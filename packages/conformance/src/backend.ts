import * as v from 'valibot';
import { paymentViewSchema, problemBodySchema } from '@plural-otp/flow/contract/schemas';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { ConformanceError, assert } from './assert.ts';

/** An answer of the backend under test, read to its end. */
export interface BackendResponse {
  /** What was asked, as `POST otp/submit`. */
  readonly request: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface BackendRequest {
  method?: string;
  /** In place of what a page of the shop would send; `undefined` leaves one out. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** An object is sent as JSON; bytes and text as they are. */
  body?: object | string | Uint8Array<ArrayBuffer>;
}

/** Below this one answer: a redirect is not followed, and nothing is repeated. */
export interface Backend {
  send(route: string, request?: BackendRequest): Promise<BackendResponse>;
  /** Every answer since the run began. */
  readonly responses: readonly BackendResponse[];
}

export interface BackendOptions {
  /** Where the contract's routes are mounted, for example `http://127.0.0.1:3000/plural`. */
  url: string;
  /** What a browser would send as `Origin`. */
  origin: string;
  fetch: typeof globalThis.fetch;
}

export function createBackend({ url, origin, fetch }: BackendOptions): Backend {
  const responses: BackendResponse[] = [];
  return {
    responses,
    async send(route, { method = 'POST', headers = {}, body } = {}) {
      const all = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin', ...headers };
      const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const raw = body instanceof Uint8Array ? body : new TextEncoder().encode(serializeBody(body));
      const isBodiless = method === 'GET' || method === 'HEAD';
      const fetched = await fetch(`${url}/${route}`, {
        method,
        headers: sent,
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
        // As bytes, so that nothing adds a content type of its own.
        ...(isBodiless ? {} : { body: raw }),
      });
      const request = `${method} ${route.replace(/\?.*/s, '?…')}`;
      const response: BackendResponse = {
        request,
        status: fetched.status,
        headers: fetched.headers,
        text: await fetched.text(),
      };
      responses.push(response);
      return response;
    },
  };
}

const serializeBody = (body: BackendRequest['body']): string =>
  typeof body === 'string' ? body : JSON.stringify(body ?? {});

function parseBody({ text }: BackendResponse): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The view in an answer, which has to be the contract's to the letter. */
export function parseViewResponse(response: BackendResponse): PaymentView {
  assert(
    response.status === 200,
    `${response.request} to answer 200 with a view`,
    `${response.status} ${response.text}`,
  );
  const read = v.safeParse(paymentViewSchema, parseBody(response));
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new ConformanceError(
    `a view of the contract from ${response.request}`,
    `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`,
  );
}

/** The problem in an answer of this status, whose body has to be the contract's. */
export function parseProblemResponse(response: BackendResponse, ...statuses: readonly number[]): Problem {
  const expected = `${response.request} to answer ${statuses.join(' or ')} with a problem`;
  assert(statuses.includes(response.status), expected, `${response.status} ${response.text}`);
  const read = v.safeParse(problemBodySchema, parseBody(response));
  assert(read.success, `${expected}: { "problem": { "code" } }`, response.text);
  return read.output.problem;
}
