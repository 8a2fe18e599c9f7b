/**
 * Sends one attempt of a call, from request to parsed body. Nothing else in this package reaches the network.
 *
 * It never retries, never follows a redirect, never waits longer than its timeout, and lets no error of fetch or ky
 * escape, because those hold the request and with it the card.
 *
 * ky is this package's one HTTP client by decision, with each of its policies off: its retries know neither which of
 * Plural's calls may be repeated nor an outcome that is unknown, its timeout counts the response and its body
 * separately, and its errors hold the request.
 */

import ky from 'ky';
import type { Operation } from '../errors/operations.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError } from '../errors/plural-error.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';

/**
 * Fetch function: the platform's own, one of a library, or a test's. Receives a `Request`, and in `init` everything the
 * request has as well, with the signal that aborts it; a library that knows no `Request` of another reads its URL as a
 * string and takes the rest from `init`.
 */
export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/** One request to send. */
export interface Attempt {
  operation: Operation;
  method: string;
  url: string;
  /** Body, serialized. */
  json?: string | undefined;
  /** True for a request that must reach Plural once at most: the platform's own fetch may not resend it either. */
  noRetry: boolean;
  /** True for a call without an effect, where the operation does not say so. */
  readOnly?: boolean | undefined;
  idempotencyKey?: string | undefined;
  userAgent?: string | undefined;
  accessToken?: string | undefined;
  requestId: string;
  /** Epoch milliseconds. */
  sentAtMs: number;
  /** Milliseconds for the request and its whole response. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** A response that was read completely. */
export interface HttpResponse {
  status: number;
  headers: Headers;
  /** Parsed JSON; `undefined` when the body is none. */
  body: unknown;
  /** True for a response without a body. */
  isEmpty: boolean;
}

// An order with its payments has a few kilobytes.
const maxResponseBytes = 256 * 1024;
// Shared, because creating a decoder costs as much as decoding a small response with it.
const utf8Decoder = new TextDecoder();

/**
 * Sends one request and reads its whole response, for any status but a redirect.
 *
 * @throws {PluralError} `ABORTED`, `TIMEOUT`, `NETWORK_FAILED`, or `RESPONSE_INVALID` for a redirect or a response
 * that is too large.
 */
export async function send(fetch: Fetch, attempt: Attempt): Promise<HttpResponse> {
  const { operation, requestId, signal } = attempt;
  const failure = (code: PluralErrorCode, reason?: string, status?: number): PluralError =>
    new PluralError(code, {
      operation,
      reason,
      status,
      upstream: { requestId },
      outcome: attempt.readOnly === true ? 'none' : undefined,
    });
  const controller = new AbortController();
  let status: number | undefined;
  let stop = (_failure: PluralError): void => undefined;
  // Settles the wait even when the fetch function ignores its signal.
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (failure) => {
      reject(failure);
      controller.abort();
    };
  });
  const onAbort = (): void => stop(failure('ABORTED', undefined, status));
  signal?.addEventListener('abort', onAbort, { once: true });
  // Not AbortSignal.timeout, which on Workers keeps the request alive for its whole length. [source: workers-timeout]
  const timer = setTimeout(() => stop(failure('TIMEOUT', `waited ${attempt.timeoutMs} ms`, status)), attempt.timeoutMs);

  const exchange = async (): Promise<HttpResponse> => {
    const response = await request(fetch, attempt, controller.signal);
    status = response.status;
    if (response.type === 'opaqueredirect' || response.redirected || (status >= 300 && status < 400)) {
      discard(response);
      throw failure('RESPONSE_INVALID', 'a redirect', status === 0 ? undefined : status);
    }
    const text = await readText(response);
    if (text === undefined) throw failure('RESPONSE_INVALID', `more than ${maxResponseBytes} bytes`, status);
    return { status, headers: response.headers, body: parseJson(text), isEmpty: text === '' };
  };

  try {
    return await Promise.race([exchange(), stopped]);
  } catch (error) {
    if (error instanceof PluralError) throw error;
    throw failure('NETWORK_FAILED', systemCode(error), status);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function request(fetch: Fetch, attempt: Attempt, signal: AbortSignal): Promise<Response> {
  const init: RequestInit & { headers: Record<string, string> } = {
    method: attempt.method,
    headers: omitUndefined({
      accept: 'application/json',
      'request-id': attempt.requestId,
      'request-timestamp': new Date(attempt.sentAtMs).toISOString(),
      authorization: attempt.accessToken && `Bearer ${attempt.accessToken}`,
      'content-type': attempt.json && 'application/json',
      'idempotency-key': attempt.idempotencyKey,
      'user-agent': attempt.userAgent,
    }),
    ...buildBody(attempt),
    redirect: 'manual',
  };
  return ky(attempt.url, {
    ...init,
    // The signal is passed to fetch and not to ky, which would combine it with one of its own by `AbortSignal.any`:
    // costly, and missing in some edge runtimes.
    fetch: (input, kyInit) => {
      const request = input as Request;
      // npm's undici takes only its own Request, and reads any other as a string, which has to be the URL.
      Object.defineProperty(request, 'toString', { value: () => attempt.url });
      return fetch(request, { ...kyInit, ...init, signal, ...(attempt.noRetry ? { keepalive: false } : {}) });
    },
    retry: 0,
    throwHttpErrors: false,
    timeout: false,
  });
}

// When a kept-alive connection closes before the response, Deno resends any request by itself, and Bun resends a PUT,
// although Plural may have received it. Deno can only resend a body that it still holds, which it does not for a Blob;
// Bun can only do so on a connection it may keep, hence `keepalive: false`. [source: deno-resend] [source: bun-resend]
function buildBody({ json, noRetry }: Attempt): { body?: string | Blob } {
  if (noRetry) return { body: new Blob(json === undefined ? [] : [json]) };
  return omitUndefined({ body: json });
}

/** Reads the body as a string. Returns `undefined` when it is too large. */
async function readText(response: Response): Promise<string | undefined> {
  const declared = Number(response.headers.get('content-length'));
  if (declared > maxResponseBytes) {
    discard(response);
    return undefined;
  }
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return utf8Decoder.decode(concatChunks(chunks, size));
    size += value.byteLength;
    if (size > maxResponseBytes) {
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
}

function concatChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

// Workers allow six open connections per request, and an unread body holds one. [source: workers-limits]
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Finds the system's name for a failure, such as `ECONNREFUSED`: all of a foreign error that is safe to repeat. */
function systemCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code = (cause as Error & { code?: unknown }).code;
    if (typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code)) return code;
  }
  return undefined;
}
