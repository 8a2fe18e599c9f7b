/**
 * Makes one call to Plural: validates, authorizes, sends, interprets, and retries only what the endpoint table allows.
 */

import { sleep } from './deadline.ts';
import { endpoints, type ResponseTypes } from './endpoints.ts';
import type { Operation } from '../errors/operations.ts';
import { withUnknownOutcome, isPluralError, PluralError, type Issue } from '../errors/plural-error.ts';
import { send, type HttpResponse } from './http.ts';
import { isTokenRejected, interpretResponse } from './interpret-response.ts';
import { isValidTimeout, expectedTimeout, type CallRecord, type ResolvedOptions } from './options.ts';
import { collectSecrets } from '../errors/redact.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { retryDelayMs } from './retry.ts';
import type { TokenSource } from './access-token.ts';
import { parse, type Schema } from '../wire/parse.ts';

/** Options of one call. */
export interface CallOptions {
  /** Aborts the wait. A request that was sent stays sent. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt of this call. @default the client's `timeoutMs` */
  timeoutMs?: number | undefined;
}

export interface CallInput {
  /** Parameter of the path, already validated. */
  parameter?: string | undefined;
  body?: unknown;
  options?: CallOptions | undefined;
}

export interface CallResult<T> {
  value: T;
  response: HttpResponse;
}

/** Makes a call by name. Rejects with a `PluralError` and nothing else. */
export type Caller = <O extends Operation>(operation: O, input: CallInput) => Promise<CallResult<ResponseTypes[O]>>;

/**
 * Creates the function that makes calls.
 *
 * @param tokens absent for the token call itself
 */
export function createCaller(options: ResolvedOptions, tokens: TokenSource | undefined): Caller {
  const { now, newId } = options;

  return async (operation, { parameter, body, options: callOptions }) => {
    const endpoint = endpoints[operation];
    const { method, path } = endpoint;
    const { signal, timeoutMs: ownTimeoutMs } = validateCallOptions(operation, callOptions ?? {});
    const json = endpoint.body === undefined ? undefined : serializeBody(operation, endpoint.body, body);
    const url = options.baseUrl + path.replace(/\{\w+\}/, () => encodeURIComponent(parameter ?? ''));
    const timeoutMs = ownTimeoutMs ?? options.timeoutMs ?? endpoint.timeoutMs;
    const secrets = collectSecrets(json === undefined ? undefined : JSON.parse(json), [options.clientSecret]);

    let outcomeUnknown = false;
    const finalize = (error: PluralError): PluralError => (outcomeUnknown ? withUnknownOutcome(error) : error);
    const throwIfAborted = (): void => {
      if (signal?.aborted === true) throw finalize(new PluralError('ABORTED', { operation, outcome: 'none' }));
    };
    let rejectedToken: string | undefined;
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted();
      const accessToken = await tokens?.({ rejectedToken, signal }).catch((error: PluralError) => {
        throw finalize(error);
      });
      throwIfAborted();
      const sentAtMs = now();
      const requestId = newId();
      let response: HttpResponse | undefined;
      let error: PluralError | undefined;
      try {
        const request = {
          operation,
          method,
          url,
          json,
          noRetry: endpoint.retry === undefined,
          accessToken,
          requestId,
          sentAtMs,
          timeoutMs,
          signal,
        };
        response = await send(options.fetch, request);
        const redactable = accessToken === undefined ? secrets : [...secrets, accessToken];
        return {
          value: interpretResponse(response, { operation, endpoint, requestId, redactable }),
          response,
        };
      } catch (thrown) {
        if (!isPluralError(thrown)) throw thrown;
        error = thrown;
      } finally {
        const status = response?.status ?? error?.status;
        const durationMs = now() - sentAtMs;
        reportCall(
          options,
          omitUndefined({ operation, method, path, status, durationMs, attempt, requestId, code: error?.code }),
        );
      }

      // A request with a rejected token had no effect, so even a call that is never retried may be sent with a new one.
      if (
        accessToken !== undefined &&
        rejectedToken === undefined &&
        response !== undefined &&
        isTokenRejected(response)
      ) {
        rejectedToken = accessToken;
        continue;
      }
      failures += 1;
      const retryAfter = response?.headers.get('retry-after') ?? null;
      const delayMs = retryDelayMs(endpoint.retry, failures, error, retryAfter, now());
      if (delayMs === undefined || !(await sleep(delayMs, signal))) throw finalize(error);
      outcomeUnknown ||= error.outcome === 'unknown';
    }
  };
}

/**
 * Validates the options of a call.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: a timeout that no timer supports, or something else in place of a signal.
 */
function validateCallOptions(operation: Operation, options: CallOptions): CallOptions {
  const { signal, timeoutMs } = options;
  const issues: Issue[] = [];
  if (!isValidTimeout(timeoutMs)) issues.push({ path: 'timeoutMs', expected: expectedTimeout });
  if (!isAbortSignal(signal)) issues.push({ path: 'signal', expected: 'an AbortSignal' });
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { operation, issues });
  return options;
}

/**
 * Returns true for an `AbortSignal`, or for none. An `AbortController` passed in place of its `signal` is false,
 * because it would never abort anything.
 */
function isAbortSignal(signal: unknown): boolean {
  if (signal === undefined || signal === null) return true;
  return typeof (signal as Partial<AbortSignal>).addEventListener === 'function';
}

/**
 * Validates a body and returns it as JSON.
 *
 * @throws {PluralError} `REQUEST_INVALID`: the body does not fit the schema, or JSON cannot represent it.
 */
function serializeBody(operation: Operation, schema: Schema<object>, body: unknown): string {
  const checked = parse(schema, body);
  if (checked.issues !== undefined) throw new PluralError('REQUEST_INVALID', { operation, issues: checked.issues });
  try {
    return JSON.stringify(checked.value);
  } catch {
    throw new PluralError('REQUEST_INVALID', {
      operation,
      issues: [{ path: '', expected: 'a value that JSON can represent' }],
    });
  }
}

/** Reports an attempt to `onCall`. */
function reportCall(options: ResolvedOptions, call: CallRecord): void {
  const { onCall } = options;
  if (onCall === undefined) return;
  // An async function, so that neither a throw nor a rejection of the observer reaches the call.
  const notify = async (): Promise<void> => {
    await onCall(call);
  };
  notify().catch(() => undefined);
}
