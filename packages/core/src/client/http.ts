/**
 * The only door to Plural, and the only file that imports ky: one attempt, from request to parsed body.
 *
 * It never repeats, never follows a redirect, never waits longer than it was told, and lets no error of fetch or ky
 * out, because those hold the request and with it the card.
 */

import ky from 'ky';
import type { Operation, PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError } from '../errors/plural-error.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';

/** Anything that fetches: the platform's own, or a test's. It is given a `Request`, and in `init` the signal that ends it. */
export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

export interface Attempt {
  operation: Operation;
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  /** The body as it is sent. */
  json?: string | undefined;
  /** Whether nobody may send it a second time, the platform's own fetch neither. */
  noRetry: boolean;
  accessToken?: string | undefined;
  requestId: string;
  /** Epoch milliseconds. */
  sentAtMs: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  status: number;
  headers: Headers;
  /** The parsed JSON; `undefined` when there is none. */
  body: unknown;
}

/** What one answer may weigh. An order with its payments has a few kilobytes. */
const maxResponseBytes = 256 * 1024;
// One for all answers: making one costs as much as reading a small answer with it.
const utf8Decoder = new TextDecoder();

/**
 * Sends one request and reads its whole answer, whatever its status below 300 or from 400 up.
 *
 * @throws {PluralError} `ABORTED`, `TIMEOUT`, `NETWORK_FAILED`, or `RESPONSE_INVALID` for a redirect or an answer
 * that is too large.
 */
export async function send(fetch: Fetch, attempt: Attempt): Promise<HttpResponse> {
  const { operation, requestId, signal } = attempt;
  const failure = (code: PluralErrorCode, reason?: string, status?: number): PluralError =>
    new PluralError(code, { operation, reason, status, upstream: { requestId } });
  const controller = new AbortController();
  let status: number | undefined;
  let stop = (_failure: PluralError): void => undefined;
  // Settles the wait even when a fetch ignores its signal.
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
    return { status, headers: response.headers, body: parseJson(text) };
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
  return ky(attempt.url, {
    // Given here and not to ky, which would join it with a signal of its own: dear, and missing in edge runtimes.
    fetch: (request, init) =>
      fetch(request as Request, { ...init, signal, ...(attempt.noRetry ? { keepalive: false } : {}) }),
    method: attempt.method,
    headers: omitUndefined({
      accept: 'application/json',
      'request-id': attempt.requestId,
      'request-timestamp': new Date(attempt.sentAtMs).toISOString(),
      authorization: attempt.accessToken && `Bearer ${attempt.accessToken}`,
      'content-type': attempt.json && 'application/json',
    }),
    ...buildBody(attempt),
    retry: 0,
    throwHttpErrors: false,
    redirect: 'manual',
    timeout: false,
  });
}

// When a connection that was kept open breaks off before the answer, Deno sends any request again by itself, and Bun a
// PUT: Plural may have had it already. Deno needs a body it still holds for that, which a Blob's is not; Bun a connection
// it may keep, hence `keepalive: false`. [source: deno-resend] [source: bun-resend]
function buildBody({ json, noRetry }: Attempt): { body?: string | Blob } {
  if (noRetry) return { body: new Blob(json === undefined ? [] : [json]) };
  return omitUndefined({ body: json });
}

/** The body as text, or `undefined` when it is too large. */
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

// Workers allow six open connections per request: an unread body holds one. [source: workers-limits]
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

/** The system's name for a failure, such as `ECONNREFUSED`: the one thing of a foreign error that may be repeated. */
function systemCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code = (cause as Error & { code?: unknown }).code;
    if (typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code)) return code;
  }
  return undefined;
}
