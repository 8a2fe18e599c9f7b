/** HTTP access to the backend under test, and the parsing of its responses by the contract's schemas. */
import * as v from 'valibot';
import { paymentViewSchema, problemBodySchema } from '@plural-otp/flow/contract/schemas';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { assert, ConformanceError } from './assert.ts';
import type { Send } from './send.ts';

/** A response of the backend under test, with its body read. */
export interface BackendResponse {
  /** Method and path of the request, as `POST otp/submit`. */
  readonly request: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface BackendRequest {
  /** @default 'POST' */
  method?: string;
  /** Overrides of the headers a browser on the shop's page would send; `undefined` removes one. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** An object is sent as JSON; a string or bytes are sent unchanged. */
  body?: object | string | Uint8Array<ArrayBuffer>;
}

/** Client of the backend under test. Follows no redirect. */
export interface Backend {
  send(route: string, request?: BackendRequest): Promise<BackendResponse>;
  /**
   * Sends a request under another name of the same machine, which is its `Host` header. Resolves to `undefined` where
   * the backend is on another machine, or does not listen under that name.
   */
  sendUnderAlias(route: string, request?: BackendRequest): Promise<BackendResponse | undefined>;
  /** Every response since the run began. */
  readonly responses: readonly BackendResponse[];
}

export interface BackendOptions {
  /** URL that the contract's routes are mounted at, for example `http://127.0.0.1:3000/plural`. */
  url: string;
  /** `Origin` header of a browser on the shop's page. */
  origin: string;
  send: Send;
}

/** Names of this machine. `fetch` sends no other `Host` header than that of the URL. */
const aliases: Readonly<Partial<Record<string, string>>> = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' };

export function createBackend({ url, origin, send }: BackendOptions): Backend {
  const responses: BackendResponse[] = [];
  const sendTo =
    (base: string): Backend['send'] =>
    async (route, { method = 'POST', headers = {}, body } = {}) => {
      const all = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin', ...headers };
      const sentHeaders = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(serializeBody(body));
      const isBodiless = method === 'GET' || method === 'HEAD';
      const received = await send(`${base}/${route}`, {
        method,
        headers: sentHeaders,
        redirect: 'manual',
        // Sent as bytes, because `fetch` would add a content type to a string.
        ...(isBodiless ? {} : { body: bytes }),
      });
      const response: BackendResponse = {
        request: `${method} ${route.replace(/\?.*/s, '?…')}`,
        status: received.status,
        headers: received.headers,
        text: await received.text(),
      };
      responses.push(response);
      return response;
    };
  return {
    responses,
    send: sendTo(url),
    async sendUnderAlias(route, request) {
      const aliased = new URL(url);
      const name = aliases[aliased.hostname];
      if (name === undefined) return undefined;
      aliased.hostname = name;
      try {
        return await sendTo(aliased.href)(route, request);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return undefined;
      }
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

/**
 * Returns the view of a 200 response.
 *
 * @throws {ConformanceError} for another status, or a body that the contract's schema rejects.
 */
export function parseViewResponse(response: BackendResponse): PaymentView {
  const { request, status, text } = response;
  assert(status === 200, `${request} to respond with 200 and a view`, `${status} ${text}`);
  const parsed = v.safeParse(paymentViewSchema, parseBody(response));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ConformanceError(
    `a view of the contract from ${request}`,
    `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`,
  );
}

/**
 * Returns the problem of a response with one of these statuses.
 *
 * @throws {ConformanceError} for another status, or a body that the contract's schema rejects.
 */
export function parseProblemResponse(response: BackendResponse, ...statuses: readonly number[]): Problem {
  const { request, status, text } = response;
  const expected = `${request} to respond with ${statuses.join(' or ')} and a problem`;
  assert(statuses.includes(status), expected, `${status} ${text}`);
  const parsed = v.safeParse(problemBodySchema, parseBody(response));
  assert(parsed.success, `${expected}: { "problem": { "code" } }`, text);
  return parsed.output.problem;
}
