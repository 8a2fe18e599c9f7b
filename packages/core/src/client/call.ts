/** One call to Plural from end to end: check, authorize, send, judge, and repeat only what the table lets. */

import { pause } from './deadline.ts';
import { endpoints, type Answers } from './endpoints.ts';
import type { Operation } from '../errors/error-codes.ts';
import { asUnclear, isPluralError, PluralError, type Issue } from '../errors/plural-error.ts';
import { send, type Answer } from './http.ts';
import { isTokenRefusal, judge } from './interpret-response.ts';
import { isTimeout, timeoutExpectation, type CallRecord, type CheckedOptions } from './options.ts';
import { secretsIn } from '../errors/redact.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { waitBeforeNext } from './retry.ts';
import type { TokenSource } from './access-token.ts';
import { read, type Shape } from '../wire/parse.ts';

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

  return async (operation, { parameter, body, options: callOptions }) => {
    const endpoint = endpoints[operation];
    const { method, path } = endpoint;
    const { signal, timeoutMs: ownTimeoutMs } = checkedCallOptions(operation, callOptions ?? {});
    const json = endpoint.body === undefined ? undefined : jsonOf(operation, endpoint.body, body);
    const url = options.baseUrl + path.replace(/\{\w+\}/, () => encodeURIComponent(parameter ?? ''));
    const timeoutMs = ownTimeoutMs ?? options.timeoutMs ?? endpoint.timeoutMs;
    const secrets = secretsIn(json === undefined ? undefined : JSON.parse(json), [options.clientSecret]);

    let unclear = false;
    const final = (error: PluralError): PluralError => (unclear ? asUnclear(error) : error);
    const endIfAborted = (): void => {
      if (signal?.aborted === true) throw final(new PluralError('ABORTED', { operation, outcome: 'none' }));
    };
    let refused: string | undefined;
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      endIfAborted();
      const accessToken = await tokens?.({ refused, signal }).catch((error: PluralError) => {
        throw final(error);
      });
      endIfAborted();
      const sentAtMs = now();
      const requestId = newId();
      let answer: Answer | undefined;
      let error: PluralError | undefined;
      try {
        const sent = {
          operation,
          method,
          url,
          json,
          once: endpoint.repeat === undefined,
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
        const durationMs = now() - sentAtMs;
        record(
          options,
          omitUndefined({ operation, method, path, status, durationMs, attempt, requestId, code: error?.code }),
        );
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

/** @throws {PluralError} `OPTIONS_INVALID`: a limit no timer has, or something else in the place of a signal. */
function checkedCallOptions(operation: Operation, options: CallOptions): CallOptions {
  const { signal, timeoutMs } = options;
  const issues: Issue[] = [];
  if (!isTimeout(timeoutMs)) issues.push({ path: 'timeoutMs', expected: timeoutExpectation });
  if (!isSignal(signal)) issues.push({ path: 'signal', expected: 'an AbortSignal' });
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { operation, issues });
  return options;
}

/** Not so a controller handed over in place of its signal, which would end nothing; absent is well. */
function isSignal(signal: unknown): boolean {
  if (signal === undefined || signal === null) return true;
  return typeof (signal as Partial<AbortSignal>).addEventListener === 'function';
}

/** @throws {PluralError} `REQUEST_INVALID`: not what the call takes, or not what JSON can hold. */
function jsonOf(operation: Operation, shape: Shape<object>, body: unknown): string {
  const checked = read(shape, body);
  if (checked.issues !== undefined) throw new PluralError('REQUEST_INVALID', { operation, issues: checked.issues });
  try {
    return JSON.stringify(checked.value);
  } catch {
    throw new PluralError('REQUEST_INVALID', { operation, issues: [{ path: '', expected: 'what JSON can hold' }] });
  }
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
