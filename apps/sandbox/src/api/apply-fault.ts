/** Applies scripted faults to responses. */
import { type ApiResponse, jsonResponse } from './response.ts';
import { connectionResetError, hang } from '../lib/connection.ts';
import type { Sleep } from '../lib/sleep.ts';
import type { Fault } from '../state/fault-script.ts';
import type { JsonValue } from '../lib/json.ts';

/**
 * Applies a fault to a response.
 *
 * @throws A TypeError where the connection breaks, as `fetch` does, or the signal's reason when it aborts.
 */
export async function applyFault(
  response: ApiResponse,
  fault: Fault,
  wait: Sleep,
  signal: AbortSignal,
): Promise<Response> {
  const text = JSON.stringify(response.body);
  switch (fault.fault) {
    case 'delay':
      await wait(fault.delayMs, signal);
      return jsonResponse(response);
    case 'hang':
      return hang(signal);
    case 'reset':
      throw connectionResetError();
    case 'status':
      return statusResponse(fault.status, fault.body, fault.headers);
    case 'rateLimit':
      return statusResponse(
        429,
        { code: 'API_RATE_LIMIT', message: 'Too many requests' },
        fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
      );
    case 'errorIn200':
      return statusResponse(200, { code: fault.code ?? 'INTERNAL_ERROR', message: 'Something went wrong' });
    case 'redirect':
      return new Response(null, { status: fault.status ?? 302, headers: { location: fault.location ?? '/' } });
    case 'malformedJson':
      return rawResponse(response, text.slice(0, Math.max(1, Math.floor(text.length / 2))));
    case 'html':
      return new Response('<!doctype html><title>Gateway</title><h1>Please try again later</h1>', {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    case 'empty':
      return rawResponse(response, '');
    case 'cut':
      return rawResponse(response, truncatedStream(text));
    case 'drip':
      return rawResponse(response, dripStream(text, fault.chunkMs ?? 50, wait, signal));
    case 'wrongLength': {
      const length = String(new TextEncoder().encode(text).length + 64);
      return rawResponse(response, text, { 'content-length': length });
    }
  }
  return rawResponse(response, hugeBody(fault.bytes ?? 10_000_000));
}

function statusResponse(status: number, body: JsonValue = defaultBody(status), headers: HeadersInit = {}): Response {
  const isEmpty = status === 204 || status === 205 || status === 304 || body === null;
  const isText = typeof body === 'string';
  const all = new Headers({ 'content-type': isText ? 'text/plain' : 'application/json' });
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return new Response(isEmpty ? null : isText ? body : JSON.stringify(body), { status, headers: all });
}

function defaultBody(status: number): JsonValue {
  const code = status >= 500 ? 'INTERNAL_ERROR' : status === 401 ? 'UNAUTHORIZED' : 'INVALID_REQUEST';
  return { code, message: 'Scripted by the sandbox' };
}

function rawResponse(response: ApiResponse, body: BodyInit, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status: response.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

function truncatedStream(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(connectionResetError());
      sent = true;
      controller.enqueue(bytes.slice(0, Math.max(1, Math.floor(bytes.length / 2))));
    },
  });
}

function dripStream(text: string, chunkMs: number, wait: Sleep, signal: AbortSignal): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at > 0) await wait(chunkMs, signal);
      controller.enqueue(bytes.slice(at, at + 1));
      at += 1;
      if (at >= bytes.length) controller.close();
    },
  });
}

function hugeBody(bytes: number): string {
  const frame = '{"data":{"filler":""}}';
  return frame.replace('""', `"${'x'.repeat(Math.max(0, bytes - frame.length))}"`);
}
