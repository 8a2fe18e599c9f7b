/** Access tokens: issued for the client credentials, and checked on every other call. */
import { type ApiResponse, ok } from './response.ts';
import { credentials } from '../scenarios/credentials.ts';
import { isClientOf, markToken } from '../scenarios/namespaces.ts';
import type { SandboxContext } from '../state/context.ts';
import type { Operation } from '../state/endpoints.ts';

// The guide's samples use a client id of their own, placeholder tokens, and OTP calls without a token.
const guideClientId = 'a17ce30e-f88e-4f81-ada1-c3b4909ed232';
const unauthenticatedInGuide: ReadonlySet<Operation> = new Set(['generateOtp', 'submitOtp', 'resendOtp']);

/** Issues an access token for the sandbox's credentials. */
export function getToken(
  context: SandboxContext,
  body: { readonly client_id: string; readonly client_secret: string },
): ApiResponse {
  const { state, settings, nowMs } = context;
  const known = isClientOf(context.namespace, body.client_id) && body.client_secret === credentials.clientSecret;
  if (!known && !(settings.lenient && body.client_id === guideClientId)) {
    const description = 'client_id or client_secret is wrong';
    return {
      status: 401,
      body:
        settings.tokenErrorBody === 'error'
          ? { error: 'invalid_client', error_description: description }
          : { status: 401, type: 'UNAUTHORIZED', message: description, traceId: context.newId() },
    };
  }
  // Tokens are kept in the sequence of their issue, so that the walk ends at the first one that is still valid.
  for (const [token, endsAtMs] of state.tokens) {
    if (endsAtMs > nowMs) break;
    state.tokens.delete(token);
  }
  const token = markToken(context.namespace, `sandbox.${context.newId()}`);
  const endsAtMs = nowMs + settings.tokenLifeSeconds * 1000;
  state.tokens.set(token, endsAtMs);
  return ok({
    access_token: token,
    ...(settings.tokenExpiryFields !== 'expires_at' && { expires_in: settings.tokenLifeSeconds }),
    ...(settings.tokenExpiryFields !== 'expires_in' && { expires_at: new Date(endsAtMs).toISOString() }),
  });
}

/** Returns true when the call carries a valid access token. Under `lenient` any token is valid, and OTP calls need none. */
export function isAuthorized(context: SandboxContext, operation: Operation, headers: Headers): boolean {
  const header = headers.get('authorization');
  if (context.settings.lenient)
    return header === null ? unauthenticatedInGuide.has(operation) : /^Bearer ./i.test(header);
  const [, token] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
  return (context.state.tokens.get(token ?? '') ?? 0) > context.nowMs;
}
