import { type Answer, jsonResponse } from './response.ts';
import { brokenConnection, never, type Wait } from '../lib/connection.ts';
import type { Fault } from '../state/fault-script.ts';
import type { JsonValue } from '../lib/json.ts';

/** The answer as the fault leaves it. Rejects with a TypeError where a connection would break, as `fetch` does. */
export async function bend(answer: Answer, fault: Fault, wait: Wait, signal: AbortSignal): Promise<Response> {
  const text = JSON.stringify(answer.body);
  switch (fault.fault) {
    case 'delay':
      await wait(fault.delayMs, signal);
      return jsonResponse(answer);
    case 'hang':
      return never(signal);
    case 'reset':
      throw brokenConnection();
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
      return rawResponse(answer, text.slice(0, Math.max(1, Math.floor(text.length / 2))));
    case 'html':
      return new Response('<!doctype html><title>Gateway</title><h1>Please try again later</h1>', {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    case 'empty':
      return rawResponse(answer, '');
    case 'cut':
      return rawResponse(answer, cutStream(text));
    case 'drip':
      return rawResponse(answer, dripStream(text, fault.chunkMs ?? 50, wait, signal));
    case 'wrongLength': {
      const length = String(new TextEncoder().encode(text).length + 64);
      return rawResponse(answer, text, { 'content-length': length });
    }
  }
  return rawResponse(answer, hugeText(fault.bytes ?? 10_000_000));
}

function statusResponse(status: number, body: JsonValue = usualBody(status), headers: HeadersInit = {}): Response {
  const bare = status === 204 || status === 205 || status === 304 || body === null;
  const isText = typeof body === 'string';
  const all = new Headers({ 'content-type': isText ? 'text/plain' : 'application/json' });
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return new Response(bare ? null : isText ? body : JSON.stringify(body), { status, headers: all });
}

function usualBody(status: number): JsonValue {
  const code = status >= 500 ? 'INTERNAL_ERROR' : status === 401 ? 'UNAUTHORIZED' : 'INVALID_REQUEST';
  return { code, message: 'Scripted by the sandbox' };
}

function rawResponse(answer: Answer, body: BodyInit, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status: answer.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

function cutStream(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(brokenConnection());
      sent = true;
      controller.enqueue(bytes.slice(0, Math.max(1, Math.floor(bytes.length / 2))));
    },
  });
}

function dripStream(text: string, chunkMs: number, wait: Wait, signal: AbortSignal): ReadableStream<Uint8Array> {
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

function hugeText(bytes: number): string {
  const frame = '{"data":{"filler":""}}';
  return frame.replace('""', `"${'x'.repeat(Math.max(0, bytes - frame.length))}"`);
}
