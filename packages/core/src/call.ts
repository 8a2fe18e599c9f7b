/** One call to Plural from end to end: check, authorize, send, judge, and repeat only what the table lets. */

import { pause } from './deadline.ts';
import { endpoints, type Answers } from './endpoints.ts';
import type { Operation } from './errors.ts';
import { asUnclear, isPluralError, PluralError } from './plural-error.ts';
import { send, type Answer } from './http.ts';
import { isTokenRefusal, judge } from './judge.ts';
import { isTimeout, timeoutExpectation, type CallRecord, type CheckedOptions } from './options.ts';
import { secretsIn } from './redact.ts';
import { waitBeforeNext } from './repeat.ts';
import type { TokenSource } from './token.ts';
import { read } from './wire/reading.ts';

/** What a caller may say of one call. */
export interface CallOptions {
  /** Ends our wait; what was sent stays sent. */
  signal?: AbortSignal | undefined;
  /** The limit of one attempt of this call, in place of the client's. */
  timeoutMs?: number | undefined;
}

export interface CallInput {
  /** The path's parameter, already checked. */
  parameter?: string | undefined;
  body?: unknown;
  options?: CallOptions | undefined;
}

export interface Received<T> {
  value: T;
  answer: Answer;
}

export type Caller = <O extends Operation>(operation: O, input: CallInput) => Promise<Received<Answers[O]>>;

/** @param tokens absent for the token call itself */
export function createCaller(options: CheckedOptions, tokens: TokenSource | undefined): Caller {
  const { now, newId } = options;

  return async (operation, { parameter, body, options: callOptions = {} }) => {
    const endpoint = endpoints[operation];
    const { method, path } = endpoint;
    const { signal } = callOptions;
    if (!isTimeout(callOptions.timeoutMs)) {
      throw new PluralError('OPTIONS_INVALID', {
        operation,
        issues: [{ path: 'timeoutMs', expected: timeoutExpectation }],
      });
    }
    const checked = endpoint.body === undefined ? undefined : read(endpoint.body, body);
    if (checked?.issues !== undefined) throw new PluralError('REQUEST_INVALID', { operation, issues: checked.issues });
    const url = options.baseUrl + path.replace(/\{\w+\}/, () => encodeURIComponent(parameter ?? ''));
    const timeoutMs = callOptions.timeoutMs ?? options.timeoutMs ?? endpoint.timeoutMs;
    const secrets = secretsIn(checked?.value, [options.clientSecret]);

    let unclear = false;
    const final = (error: PluralError): PluralError => (unclear ? asUnclear(error) : error);
    let refused: string | undefined;
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      const accessToken = await tokens?.({ refused, signal }).catch((error: PluralError) => {
        throw final(error);
      });
      if (signal?.aborted === true) throw final(new PluralError('ABORTED', { operation, outcome: 'none' }));
      const sentAtMs = now();
      const requestId = newId();
      let answer: Answer | undefined;
      let error: PluralError | undefined;
      try {
        const sent = {
          operation,
          method,
          url,
          body: checked?.value,
          accessToken,
          requestId,
          sentAtMs,
          timeoutMs,
          signal,
        };
        answer = await send(options.fetch, sent);
        const unsayable = accessToken === undefined ? secrets : [...secrets, accessToken];
        return { value: judge(answer, { operation, endpoint, requestId, secrets: unsayable }), answer };
      } catch (thrown) {
        if (!isPluralError(thrown)) throw thrown;
        error = thrown;
      } finally {
        const status = answer?.status ?? error?.status;
        record(options, {
          operation,
          method,
          path,
          ...(status === undefined ? {} : { status }),
          durationMs: now() - sentAtMs,
          attempt,
          requestId,
          ...(error === undefined ? {} : { code: error.code }),
        });
      }

      // A refused token had no effect, so even a call that is never repeated may go once more with a fresh one.
      if (accessToken !== undefined && refused === undefined && answer !== undefined && isTokenRefusal(answer)) {
        refused = accessToken;
        continue;
      }
      failures += 1;
      const retryAfter = answer?.headers.get('retry-after') ?? null;
      const waitMs = waitBeforeNext(endpoint.repeat, failures, error, retryAfter, now());
      if (waitMs === undefined || !(await pause(waitMs, signal))) throw final(error);
      unclear ||= error.outcome === 'unknown';
    }
  };
}

function record(options: CheckedOptions, call: CallRecord): void {
  const { onCall } = options;
  if (onCall === undefined) return;
  // An async function, so that neither a throw nor a rejection of the observer reaches the call.
  const tell = async (): Promise<void> => {
    await onCall(call);
  };
  tell().catch(() => undefined);
}
