/** Responses of the API before a fault is applied. */
import type { JsonObject, JsonValue } from '../lib/json.ts';

/** Response to an API call. */
export interface ApiResponse {
  readonly status: number;
  readonly body: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  /** True when the call took effect and the connection breaks before the response: a scenario. */
  readonly connectionLost?: boolean;
  /** Milliseconds before the response is sent: the scenario of a slow issuer. */
  readonly delayMs?: number;
}

/** Creates a response with status 200. */
export function ok(body: JsonValue): ApiResponse {
  return { status: 200, body };
}

/** Creates an error response: `code`, `message` and the members an operation adds (`next`, `meta_data`, details). */
export function errorResponse(status: number, code: string, message: string, more: JsonObject = {}): ApiResponse {
  return { status, body: { code, message, ...more } };
}

/** Converts a response to a `Response` with a JSON body. */
export function jsonResponse(response: ApiResponse): Response {
  return new Response(JSON.stringify(response.body), {
    status: response.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...response.headers },
  });
}
