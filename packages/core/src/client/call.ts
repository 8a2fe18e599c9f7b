/** Makes the calls of the endpoint table: validates the body, builds the URL, and parses the response. */

import { endpoints, type EndpointName, type ResponseTypes } from './endpoints.ts';
import type { CallOptions, CallResult, Exchanger } from './exchange.ts';
import { interpretResponse } from './interpret-response.ts';
import type { ResolvedOptions } from './options.ts';
import { PluralError } from '../errors/plural-error.ts';
import type { Operation } from '../errors/operations.ts';
import { collectSecrets } from '../errors/redact.ts';
import { parse, type Schema } from '../wire/parse.ts';

export interface CallInput {
  /** Parameter of the path, already validated. */
  parameter?: string | undefined;
  body?: unknown;
  options?: CallOptions | undefined;
}

/** Makes a call by name. Rejects with a `PluralError` and nothing else. */
export type Caller = <O extends EndpointName>(operation: O, input: CallInput) => Promise<CallResult<ResponseTypes[O]>>;

/** Creates the function that makes calls. */
export function createCaller(client: ResolvedOptions, exchange: Exchanger): Caller {
  return async (operation, { parameter, body, options }) => {
    const endpoint = endpoints[operation];
    const { method, path, limit, retry } = endpoint;
    const json = endpoint.body === undefined ? undefined : serializeBody(operation, endpoint.body, body);
    return exchange(
      {
        operation,
        method,
        path,
        limit,
        retry,
        json,
        url: client.baseUrl + path.replace(/\{\w+\}/, () => encodeURIComponent(parameter ?? '')),
        secrets: collectSecrets(json === undefined ? undefined : JSON.parse(json), [client.clientSecret]),
        interpret: (response, sent) =>
          interpretResponse(response, { operation, schema: endpoint.response, nowMs: client.now(), ...sent }),
      },
      options,
    );
  };
}

/**
 * Validates a body and returns it as JSON.
 *
 * @throws {PluralError} `REQUEST_INVALID`: the body does not fit the schema, or JSON cannot represent it.
 */
function serializeBody(operation: Operation, schema: Schema<object>, body: unknown): string {
  const checked = parse(schema, body);
  if (checked.issues !== undefined) throw new PluralError('REQUEST_INVALID', { operation, issues: checked.issues });
  return toJson(operation, checked.value);
}

/** Serializes a body. @throws {PluralError} `REQUEST_INVALID`: JSON cannot represent it. */
export function toJson(operation: Operation, body: object): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw new PluralError('REQUEST_INVALID', {
      operation,
      issues: [{ path: '', expected: 'a value that JSON can represent' }],
    });
  }
}
