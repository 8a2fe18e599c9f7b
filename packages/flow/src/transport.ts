/** The default transport: JSON over `fetch`. */
import { routes, type Problem, type ProblemBody } from './contract.ts';
import { parseProblem, parseView } from './parse-view.ts';
import { warnOnce } from './warn.ts';
import type { OtpTransport, TransportResult } from './flow-state.ts';

export interface FetchTransportOptions {
  /** Base path or URL of the handler, for example `/plural`. */
  endpoint: string;
  /** Session from `startPayment` or `resumePayment`. A renewed one in a view replaces it. */
  session: string;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Receives messages for the page's developer. @default `console.warn`, once per message */
  warn?: (message: string) => void;
}

/** Problems of statuses that prove that nothing was done, even when a proxy sent them with another body. */
const problemByStatus: Readonly<Record<number, Problem>> = { 401: { code: 'SESSION_EXPIRED' }, 429: { code: 'BUSY' } };

/**
 * Creates a transport that calls the backend with `fetch`. Redirects are not followed, so that no OTP reaches another
 * address.
 *
 * @throws {TypeError} when `endpoint` or `session` is missing. The backend returns the session when it starts the payment.
 *
 * @example
 * ```ts
 * import { fetchTransport } from '@plural-otp/flow';
 *
 * export const connect = (session: string) => fetchTransport({ endpoint: '/plural', session });
 * ```
 */
export function fetchTransport(options: FetchTransportOptions): OtpTransport {
  let { session } = options;
  const { warn = warnOnce } = options;
  if (typeof options.endpoint !== 'string' || !session) throw new TypeError('no endpoint or session');

  async function post(route: string, members: object, signal: AbortSignal): Promise<TransportResult> {
    try {
      const response = await (options.fetch ?? fetch)(`${options.endpoint.replace(/\/+$/, '')}/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session, ...members }),
        redirect: 'error',
        // The page may be navigating to the bank, and the request has to outlive it.
        keepalive: route === routes.leave,
        signal,
      });
      let isBroken = false;
      const body: unknown = await response.json().catch(({ name }: Error) => {
        // Every other error means that the connection broke, or that the page that waited was left.
        isBroken = name !== 'SyntaxError';
      });
      const view = response.ok && parseView(body, warn);
      if (view) {
        session = view.session ?? session;
        return { kind: 'view', view };
      }
      const problem =
        parseProblem((body as Partial<ProblemBody> | null | undefined)?.problem) ?? problemByStatus[response.status];
      const retryAfterSeconds = Number(response.headers.get('retry-after')) || 0;
      if (!response.ok && problem) return { kind: 'rejected', status: response.status, problem, retryAfterSeconds };
      // A proxy's 5xx is no mistake of the page.
      if (!isBroken && response.status < 500) warn(`HTTP ${response.status} from ${route}: check endpoint`);
    } catch {
      // Without a complete response the result is `unreachable`.
    }
    return { kind: 'unreachable' };
  }

  return {
    generate: (idempotencyKey, signal) => post(routes.generate, { idempotencyKey }, signal),
    submit: (otp, idempotencyKey, signal, entry) => post(routes.submit, { otp, idempotencyKey, entry }, signal),
    resend: (idempotencyKey, signal) => post(routes.resend, { idempotencyKey }, signal),
    payment: (signal) => post(routes.payment, {}, signal),
    leave: (to, idempotencyKey, signal, entry) => post(routes.leave, { to, idempotencyKey, entry }, signal),
  };
}
