import { routes, type Problem, type ProblemBody } from './contract.ts';
import { parseProblem, parseView } from './parse-view.ts';
import type { OtpTransport, TransportResult } from './flow-state.ts';

export interface FetchTransportOptions {
  /** The base path or URL the handler is mounted at, for example `/plural`. */
  endpoint: string;
  /** The sealed session from `startPayment` or `resumePayment`; a renewed one in a view replaces it. */
  session: string;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Whoever says these, in whatever words: nothing was done. */
const problemByStatus: Readonly<Record<number, Problem>> = { 401: { code: 'SESSION_EXPIRED' }, 429: { code: 'BUSY' } };

/**
 * The transport to the edge handler, by `fetch`. Redirects are not followed, so that no OTP reaches another place.
 *
 * @throws {TypeError} when `endpoint` or `session` is missing: the backend gives the session when it starts the payment.
 */
export function fetchTransport(options: FetchTransportOptions): OtpTransport {
  let { session } = options;
  if (typeof options.endpoint !== 'string' || !session)
    throw new TypeError('fetchTransport: endpoint or session missing');

  async function post(route: string, members: object, signal: AbortSignal): Promise<TransportResult> {
    try {
      const response = await (options.fetch ?? fetch)(`${options.endpoint.replace(/\/+$/, '')}/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session, ...members }),
        redirect: 'error',
        // The page may be on its way to the bank: the message outlives it.
        keepalive: route === routes.leave,
        signal,
      });
      const body: unknown = await response.json().catch(() => undefined);
      const view = response.ok && parseView(body);
      if (view) {
        session = view.session ?? session;
        return { kind: 'view', view };
      }
      const problem =
        parseProblem((body as Partial<ProblemBody> | null | undefined)?.problem) ?? problemByStatus[response.status];
      const retryAfterSeconds = Number(response.headers.get('retry-after')) || 0;
      if (!response.ok && problem) return { kind: 'rejected', status: response.status, problem, retryAfterSeconds };
    } catch {
      // No answer, or none that could be read to its end.
    }
    return { kind: 'unreachable' };
  }

  return {
    generate: (idempotencyKey, signal) => post(routes.generate, { idempotencyKey }, signal),
    submit: (otp, idempotencyKey, signal) => post(routes.submit, { otp, idempotencyKey }, signal),
    resend: (idempotencyKey, signal) => post(routes.resend, { idempotencyKey }, signal),
    payment: (signal) => post(routes.payment, {}, signal),
    leave: (to, idempotencyKey, signal) => post(routes.leave, { to, idempotencyKey }, signal),
  };
}
