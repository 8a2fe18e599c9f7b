/** The way out: a call that this package has no method for, with the same token, headers, limits and masking. */

import * as v from 'valibot';
import { toJson } from './call.ts';
import type { CallOptions, Exchanger } from './exchange.ts';
import type { HttpResponse } from './http.ts';
import { interpretResponse } from './interpret-response.ts';
import type { ResolvedOptions } from './options.ts';
import { isPluralError, PluralError, withOutcome, type Issue } from '../errors/plural-error.ts';
import { collectAllSecrets } from '../errors/redact.ts';
import { classifyCode, parseErrorBody } from '../wire/error-body.ts';

/** A call of Plural's API by method and path. */
export interface PluralRequest extends Omit<CallOptions, 'maxRetries'> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path from the origin on, such as `/api/v1/fees`, encoded; never with a query. */
  path: string;
  /** Object or list, sent as JSON. Not validated. */
  body?: object | undefined;
  /** Parameters of the query. Never put a card number or a token here: URLs are logged on their way. */
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Sent as `Idempotency-Key`. Plural does not document what it does with it. */
  idempotencyKey?: string | undefined;
}

/** Response of `request`. */
export interface PluralResponse {
  /** HTTP status, 200 to 299. */
  readonly status: number;
  /** The `Request-ID` that was sent. */
  readonly requestId: string;
  /** Parsed JSON, as Plural sent it; `undefined` for an empty body. */
  readonly body: unknown;
}

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const operation = 'request';
const anyResponse = v.unknown();

/** Creates `Plural.request`. */
export function createRequest(
  client: ResolvedOptions,
  exchange: Exchanger,
): (request: PluralRequest) => Promise<PluralResponse> {
  return async (request) => {
    const { method, path, body, query, idempotencyKey, ...options } = validateRequest(client.baseUrl, request);
    const json = body === undefined ? undefined : toJson(operation, body);
    const readOnly = method === 'GET';
    const { value } = await exchange(
      {
        operation,
        method,
        path: pathTemplate(path),
        url: client.baseUrl + path + toSearch(query),
        json,
        idempotencyKey,
        limit: 'issuer',
        readOnly,
        secrets: collectAllSecrets(
          [json === undefined ? undefined : JSON.parse(json), query],
          [client.clientSecret, ...path.split('/').filter((segment) => !isWord(segment))],
        ),
        interpret: (response, sent) => {
          try {
            return toPluralResponse(response, { ...sent, nowMs: client.now() });
          } catch (error) {
            throw readOnly && isPluralError(error) ? withOutcome(error, 'none') : error;
          }
        },
      },
      options,
    );
    return value;
  };
}

/**
 * Returns the response of a call that this package knows nothing of. A success with an error body is a success here,
 * unless its code is a published one: a member `code` may mean anything.
 *
 * @throws {PluralError} the error that the response stands for; `RESPONSE_INVALID` for a success that is no JSON.
 */
function toPluralResponse(
  response: HttpResponse,
  sent: { requestId: string; redactable: readonly string[]; nowMs: number },
): PluralResponse {
  const { status, body } = response;
  const isRejection = status >= 400 || classifyCode(parseErrorBody(body).code?.toUpperCase()) !== undefined;
  if (isRejection) interpretResponse(response, { operation, schema: anyResponse, ...sent });
  if (body === undefined && !response.isEmpty) {
    throw new PluralError('RESPONSE_INVALID', { operation, status, upstream: { requestId: sent.requestId } });
  }
  return { status, requestId: sent.requestId, body };
}

const isWord = (segment: string): boolean =>
  /^(?:v\d{1,2}|[a-z]{0,20}(?:[-_][a-z]{1,20}|[A-Z][a-z]{1,20}){0,3})$/.test(segment);

/** Returns the path with every segment that may be an id or a token replaced, so that records can be grouped by it. */
function pathTemplate(path: string): string {
  const toLabel = (segment: string): string => (isWord(segment) ? segment : '{id}');
  return path.split('/').map(toLabel).join('/');
}

function toSearch(query: PluralRequest['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/**
 * Validates a request of `Plural.request`.
 *
 * @throws {PluralError} `REQUEST_INVALID`, with an issue for every member that is invalid.
 */
function validateRequest(baseUrl: string, request: PluralRequest): PluralRequest {
  const issues: Issue[] = [];
  const check = (holds: boolean, path: string, expected: string): void => {
    if (!holds) issues.push({ path, expected });
  };
  if (typeof request !== 'object' || request === null) {
    throw new PluralError('REQUEST_INVALID', { operation, issues: [{ path: '', expected: 'an object' }] });
  }
  const { method, path, body, query, idempotencyKey } = request;
  check(methods.includes(method), 'method', methods.join(', '));
  check(isPlainPath(baseUrl, path), 'path', 'a path that starts with /, without query and without . or .. segments');
  const isBody = body === undefined || (typeof body === 'object' && body !== null);
  check(isBody, 'body', 'an object or a list');
  check(body === undefined || method !== 'GET', 'body', 'no body with GET');
  const isQuery = query === undefined || (typeof query === 'object' && query !== null);
  const isParameter = (value: unknown): boolean => ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
  check(
    isQuery && Object.values(query ?? {}).every(isParameter),
    'query',
    'an object of strings, numbers and booleans',
  );
  check(
    idempotencyKey === undefined || (typeof idempotencyKey === 'string' && /^[\x21-\x7e]{1,255}$/.test(idempotencyKey)),
    'idempotencyKey',
    '1 to 255 printable ASCII characters without spaces',
  );
  if (issues.length > 0) throw new PluralError('REQUEST_INVALID', { operation, issues });
  return request;
}

/** Returns true for a path that a URL keeps as it is, so that it stays on the origin and where it seems to be. */
function isPlainPath(baseUrl: string, path: unknown): boolean {
  if (typeof path !== 'string' || !/^(?:\/[\w\-.~%!$&'()*+,;=:@]+)+$/.test(path)) return false;
  return new URL(baseUrl + path).pathname === path;
}
