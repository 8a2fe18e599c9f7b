import { type ApiResponse, ok, errorResponse } from './response.ts';
import { createPayment, getCardDetails } from './payments.ts';
import { createOrder, getOrder, getOrderByReference } from './orders.ts';
import { captureOrder, cancelOrder, refundOrder } from './capture-and-refund.ts';
import { credentials } from '../scenarios/credentials.ts';
import { generateOtp, resendOtp, submitOtp } from './otp.ts';
import { type JsonObject, type JsonValue, parseJson } from '../lib/json.ts';
import { normalizeRequest } from './normalize-request.ts';
import type { EndpointMatch, Operation } from '../state/endpoints.ts';
import { requestSchemas } from './request-schemas.ts';
import type { SandboxContext } from '../state/context.ts';

/** One call as it arrived: its headers, and its body's text. */
export interface Call extends EndpointMatch {
  readonly headers: Headers;
  readonly bodyText: string;
}

/** No documented body comes near this; more is refused before it is read as JSON. */
const maxBodyCharacters = 256 * 1024;

/** Answers one call of Plural's API: credentials, rate limit, body, field rules, then the operation itself. */
export function handleCall(context: SandboxContext, call: Call): ApiResponse {
  const { operation } = call;
  if (operation !== 'getToken' && !isAuthorized(context, call))
    return errorResponse(401, 'UNAUTHORIZED', 'The access token is missing, unknown or has ended');
  if (exceedsRateLimit(context)) return errorResponse(429, 'API_RATE_LIMIT', 'Too many requests');

  const validate = requestSchemas[operation];
  if (validate === undefined) return runOperation(context, call, {});
  if (call.bodyText.length > maxBodyCharacters)
    return errorResponse(413, 'INVALID_REQUEST', `The body must not be longer than ${maxBodyCharacters} characters`, {
      additional_error_details: { source: 'body', reason: 'too long' },
    });
  const body = readBody(context, call);
  if (body === undefined)
    return errorResponse(400, 'INVALID_REQUEST', 'The body must be JSON, with content-type application/json', {
      additional_error_details: { source: 'body', reason: 'not JSON' },
    });
  const issues = validate(body, '');
  const [first] = issues;
  if (first !== undefined) {
    const status = operation === 'getToken' ? 422 : context.settings.invalidRequestStatus;
    return errorResponse(status, 'INVALID_REQUEST', issues.map((b) => `${b.path} must be ${b.expected}`).join('; '), {
      additional_error_details: { source: first.path, step: 'validation', reason: `must be ${first.expected}` },
    });
  }
  return runOperation(context, call, body as JsonObject);
}

type OperationHandler = (context: SandboxContext, body: never, id: string) => ApiResponse;

const operationHandlers: Readonly<Record<Operation, OperationHandler>> = {
  getToken,
  createOrder,
  getOrder: (context, _, id) => getOrder(context, id),
  getOrderByReference: (context, _, id) => getOrderByReference(context, id),
  createPayment,
  getCardDetails,
  generateOtp,
  submitOtp,
  resendOtp,
  captureOrder,
  cancelOrder,
  refundOrder,
};

// What the rules let through has the operation's shape: the one place where that is taken on trust.
function runOperation(context: SandboxContext, { operation, id }: Call, body: JsonObject): ApiResponse {
  return operationHandlers[operation](context, body as never, id);
}

function readBody(context: SandboxContext, { headers, bodyText }: Call): JsonValue | undefined {
  const contentType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== 'application/json' && !context.settings.lenient) return undefined;
  const body = parseJson(bodyText);
  return body !== undefined && context.settings.lenient ? normalizeRequest(body) : body;
}

function getToken(
  context: SandboxContext,
  body: { readonly client_id: string; readonly client_secret: string },
): ApiResponse {
  const { state, settings, nowMs } = context;
  const known = body.client_id === credentials.clientId && body.client_secret === credentials.clientSecret;
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
  for (const [token, endsAtMs] of state.tokens) if (endsAtMs <= nowMs) state.tokens.delete(token);
  const token = `sandbox.${context.newId()}`;
  const endsAtMs = nowMs + settings.tokenLifeSeconds * 1000;
  state.tokens.set(token, endsAtMs);
  return ok({
    access_token: token,
    ...(settings.tokenExpiryFields !== 'expires_at' && { expires_in: settings.tokenLifeSeconds }),
    ...(settings.tokenExpiryFields !== 'expires_in' && { expires_at: new Date(endsAtMs).toISOString() }),
  });
}

// The guide's samples: a client of its own, made-up tokens, and OTP calls without any.
const guideClientId = 'a17ce30e-f88e-4f81-ada1-c3b4909ed232';
const unauthenticatedInGuide: ReadonlySet<Operation> = new Set(['generateOtp', 'submitOtp', 'resendOtp']);

function isAuthorized(context: SandboxContext, { headers, operation }: Call): boolean {
  const header = headers.get('authorization');
  if (context.settings.lenient)
    return header === null ? unauthenticatedInGuide.has(operation) : /^Bearer ./i.test(header);
  const [, token] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
  return (context.state.tokens.get(token ?? '') ?? 0) > context.nowMs;
}

function exceedsRateLimit({ state, settings, nowMs }: SandboxContext): boolean {
  if (settings.callsPerMinute === 0) return false;
  state.callTimes = state.callTimes.filter((atMs) => atMs > nowMs - 60_000);
  if (state.callTimes.length >= settings.callsPerMinute) return true;
  state.callTimes.push(nowMs);
  return false;
}
