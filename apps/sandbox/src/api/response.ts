import type { JsonObject, JsonValue } from '../lib/json.ts';

/** What a call is answered with, before any fault bends it. */
export interface ApiResponse {
  readonly status: number;
  readonly body: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  /** The call took effect, but its answer never arrives: the scenario of a lost connection. */
  readonly connectionLost?: boolean;
  /** The answer comes this much later: the scenario of a slow issuer. */
  readonly delayMs?: number;
}

export function ok(body: JsonValue): ApiResponse {
  return { status: 200, body };
}

/** Plural's error body: `code`, `message`, and whatever the operation adds (`next`, `meta_data`, details). */
export function errorResponse(status: number, code: string, message: string, more: JsonObject = {}): ApiResponse {
  return { status, body: { code, message, ...more } };
}

export function jsonResponse(response: ApiResponse): Response {
  return new Response(JSON.stringify(response.body), {
    status: response.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...response.headers },
  });
}
