/**
 * Carries out one call to Plural: authorizes, sends, interprets, and retries only what the call's retry policy allows.
 */

import type { TokenSource } from './access-token.ts';
import { raceDeadline, sleep } from './deadline.ts';
import type { RetryPolicy } from './endpoints.ts';
import { send, type HttpResponse } from './http.ts';
import { isTokenRejected } from './interpret-response.ts';
import { maskedBody } from './masked-body.ts';
import {
  expectedRetries,
  expectedTimeout,
  isValidRetries,
  isValidTimeout,
  type CallRecord,
  type RequestRecord,
  type ResolvedOptions,
} from './options.ts';
import { setResponseInfo } from './response-info.ts';
import { retryDelayMs } from './retry.ts';
import type { Operation } from '../errors/operations.ts';
import { isPluralError, PluralError, withUnknownOutcome, type Issue } from '../errors/plural-error.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';

/** Options of one call. */
export interface CallOptions {
  /** Aborts the wait. A request that was sent stays sent. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt of this call. @default the client's limits */
  timeoutMs?: number | undefined;
  /** Milliseconds for the whole call: token, attempts and the waits between them. @default the client's */
  totalTimeoutMs?: number | undefined;
  /** Retries at most, of a call that may be retried. Never makes a write be sent again. @default the client's */
  maxRetries?: number | undefined;
}

/** One call, validated and ready to be sent. */
export interface Exchange<T> {
  operation: Operation;
  method: string;
  /** Template of the path, for records. */
  path: string;
  url: string;
  /** Body, serialized. */
  json?: string | undefined;
  idempotencyKey?: string | undefined;
  /** `issuer` for calls that reach the issuer, which take longer. */
  limit: 'read' | 'issuer';
  /** Absent: the call is never retried. */
  retry?: RetryPolicy | undefined;
  /** True for a call without an effect, where the operation does not say so. */
  readOnly?: boolean | undefined;
  /** Secrets of the request, which no error may repeat. */
  secrets: readonly string[];
  /** Returns the value of a response, or throws the error that it stands for. */
  interpret: (response: HttpResponse, sent: { requestId: string; redactable: readonly string[] }) => T;
}

export interface CallResult<T> {
  value: T;
  response: HttpResponse;
}

/** Carries out calls. Rejects with a `PluralError` and nothing else. */
export type Exchanger = <T>(exchange: Exchange<T>, options: CallOptions | undefined) => Promise<CallResult<T>>;

/**
 * Creates the function that carries out calls.
 *
 * @param tokens absent for the token call itself
 */
export function createExchanger(client: ResolvedOptions, tokens: TokenSource | undefined): Exchanger {
  const { now, newId } = client;

  return async (exchange, options) => {
    const { operation, method, path, url, json, idempotencyKey, limit, retry, readOnly, secrets } = exchange;
    const { signal, timeoutMs, totalTimeoutMs, maxRetries } = validateCallOptions(operation, options ?? {});
    const attemptMs = timeoutMs ?? client.timeouts[limit];
    const totalMs = totalTimeoutMs ?? client.totalTimeoutMs;
    const policy = limitRetries(retry, maxRetries ?? client.maxRetries);
    const startedAtMs = now();
    // Capped, because the clock may have been set back.
    const remainingMs = (): number =>
      totalMs === undefined ? Infinity : Math.min(totalMs, totalMs - (now() - startedAtMs));

    let outcomeUnknown = false;
    const finalize = (error: PluralError): PluralError => (outcomeUnknown ? withUnknownOutcome(error) : error);
    const tooLate = (): PluralError =>
      finalize(new PluralError('TIMEOUT', { operation, outcome: 'none', reason: `waited ${totalMs} ms in all` }));
    const authorize = async (rejectedToken: string | undefined): Promise<string | undefined> => {
      if (signal?.aborted === true) throw finalize(new PluralError('ABORTED', { operation, outcome: 'none' }));
      if (tokens === undefined) return undefined;
      if (remainingMs() === Infinity) return tokens({ rejectedToken, signal });
      const end = await raceDeadline(tokens({ rejectedToken, signal }), remainingMs());
      if (end.reason !== undefined) throw tooLate();
      return end.value;
    };

    let rejectedToken: string | undefined;
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      const accessToken = await authorize(rejectedToken).catch((error: PluralError) => {
        throw finalize(error);
      });
      if (signal?.aborted === true) throw finalize(new PluralError('ABORTED', { operation, outcome: 'none' }));
      const leftMs = remainingMs();
      if (leftMs <= 0) throw tooLate();
      const sentAtMs = now();
      const requestId = newId();
      report<RequestRecord>(client.onRequest, () =>
        omitUndefined({ operation, method, path, attempt, requestId, body: maskedBody(json, secrets) }),
      );
      let response: HttpResponse | undefined;
      let error: PluralError | undefined;
      try {
        response = await send(client.fetch, {
          operation,
          method,
          url,
          json,
          idempotencyKey,
          noRetry: retry === undefined && readOnly !== true,
          readOnly,
          accessToken,
          requestId,
          userAgent: client.userAgent,
          sentAtMs,
          timeoutMs: Math.min(attemptMs, Math.ceil(leftMs)),
          signal,
        });
        const redactable = accessToken === undefined ? secrets : [...secrets, accessToken];
        const value = exchange.interpret(response, { requestId, redactable });
        setResponseInfo(value, { status: response.status, requestId });
        return { value, response };
      } catch (thrown) {
        if (!isPluralError(thrown)) throw thrown;
        error = thrown;
      } finally {
        const status = response?.status ?? error?.status;
        const durationMs = now() - sentAtMs;
        const code = error?.code;
        report<CallRecord>(client.onCall, () =>
          omitUndefined({ operation, method, path, status, durationMs, attempt, requestId, code }),
        );
      }

      // A request with a rejected token had no effect, so even a call that is never retried may be sent with a new one.
      if (
        accessToken !== undefined &&
        rejectedToken === undefined &&
        response !== undefined &&
        isTokenRejected(response, operation)
      ) {
        rejectedToken = accessToken;
        continue;
      }
      failures += 1;
      const retryAfter = response?.headers.get('retry-after') ?? null;
      const delayMs = retryDelayMs(policy, failures, error, retryAfter, now());
      if (delayMs === undefined || delayMs >= remainingMs() || !(await sleep(delayMs, signal))) throw finalize(error);
      outcomeUnknown ||= error.outcome === 'unknown';
    }
  };
}

/** Limits a retry policy; one that allows a single retry is never extended. */
function limitRetries(policy: RetryPolicy | undefined, maxRetries: number | undefined): RetryPolicy | undefined {
  if (policy === undefined || maxRetries === undefined) return policy;
  return { ...policy, limit: policy.limit === 1 ? Math.min(1, maxRetries) : maxRetries };
}

/**
 * Validates the options of a call.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: a timeout that no timer supports, or something else in place of a signal.
 */
function validateCallOptions(operation: Operation, options: CallOptions): CallOptions {
  const { signal, timeoutMs, totalTimeoutMs, maxRetries } = options;
  const issues: Issue[] = [];
  if (!isValidTimeout(timeoutMs)) issues.push({ path: 'timeoutMs', expected: expectedTimeout });
  if (!isValidTimeout(totalTimeoutMs)) issues.push({ path: 'totalTimeoutMs', expected: expectedTimeout });
  if (!isValidRetries(maxRetries)) issues.push({ path: 'maxRetries', expected: expectedRetries });
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

/** Reports to an observer, if there is one. */
function report<Report>(observer: ((report: Report) => unknown) | undefined, toReport: () => Report): void {
  if (observer === undefined) return;
  // An async function, so that neither a throw nor a rejection of the observer reaches the call.
  const notify = async (): Promise<void> => {
    await observer(toReport());
  };
  notify().catch(() => undefined);
}
