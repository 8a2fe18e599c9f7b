import type { JsonObject, JsonValue } from '../lib/json.ts';

/** What a call is answered with, before any fault bends it. */
export interface Answer {
  readonly status: number;
  readonly body: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  /** The call took effect, but its answer never arrives: the scenario of a lost connection. */
  readonly lost?: boolean;
  /** The answer comes this much later: the scenario of a slow issuer. */
  readonly delayMs?: number;
}

export function ok(body: JsonValue): Answer {
  return { status: 200, body };
}

/** Plural's error body: `code`, `message`, and whatever the operation adds (`next`, `meta_data`, details). */
export function refusal(status: number, code: string, message: string, more: JsonObject = {}): Answer {
  return { status, body: { code, message, ...more } };
}

export function jsonResponse(answer: Answer): Response {
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...answer.headers },
  });
}
