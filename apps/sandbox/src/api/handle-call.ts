/** Handles one API call: credentials, rate limit, body, field rules, then the operation itself. */
import { type ApiResponse, errorResponse } from './response.ts';
import { getToken, isAuthorized } from './access-token.ts';
import { createPayment, getCardDetails } from './payments.ts';
import { createOrder, getOrder, getOrderByReference } from './orders.ts';
import { cancelOrder, captureOrder, refundOrder } from './capture-and-refund.ts';
import { generateOtp, resendOtp, submitOtp } from './otp.ts';
import { createCustomer, getCustomer, getCustomerByDetails } from './customers.ts';
import { createCardToken, createCryptogram, deleteCardToken, getCardToken, listCardTokens } from './card-tokens.ts';
import { calculateFees } from './fees.ts';
import { type JsonObject, type JsonValue, parseJson } from '../lib/json.ts';
import { normalizeRequest } from './normalize-request.ts';
import type { EndpointMatch, Operation } from '../state/endpoints.ts';
import { requestSchemas } from './request-schemas.ts';
import type { SandboxContext } from '../state/context.ts';

/** A request that matched an endpoint, with its body unparsed. */
export interface Call extends EndpointMatch {
  readonly headers: Headers;
  readonly bodyText: string;
  readonly query: URLSearchParams;
}

// No documented body comes near this size. A longer one is rejected before it is parsed.
const maxBodyCharacters = 256 * 1024;

/** Checks credentials, rate limit, body and field rules, and runs the operation. */
export function handleCall(context: SandboxContext, call: Call): ApiResponse {
  const { operation } = call;
  if (operation !== 'getToken' && !isAuthorized(context, operation, call.headers))
    return errorResponse(401, 'UNAUTHORIZED', 'The access token is missing, unknown or expired');
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
    const message = issues.map(({ path, expected }) => `${path} must be ${expected}`).join('; ');
    return errorResponse(status, 'INVALID_REQUEST', message, {
      additional_error_details: { source: first.path, step: 'validation', reason: `must be ${first.expected}` },
    });
  }
  return runOperation(context, call, body as JsonObject);
}

type OperationHandler = (context: SandboxContext, body: never, id: string, query: URLSearchParams) => ApiResponse;

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
  createCustomer,
  findCustomer: (context, _, __, query) => getCustomerByDetails(context, query),
  getCustomer: (context, _, id) => getCustomer(context, id),
  listCardTokens: (context, _, id) => listCardTokens(context, id),
  createCardToken,
  getCardToken: (context, _, id) => getCardToken(context, id),
  deleteCardToken: (context, _, id) => deleteCardToken(context, id),
  createCryptogram,
  calculateFees,
};

// The only place that trusts a validated body to have the operation's type.
function runOperation(context: SandboxContext, { operation, id, query }: Call, body: JsonObject): ApiResponse {
  return operationHandlers[operation](context, body as never, id, query);
}

function readBody(context: SandboxContext, { headers, bodyText }: Call): JsonValue | undefined {
  const contentType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== 'application/json' && !context.settings.lenient) return undefined;
  const body = parseJson(bodyText);
  return body !== undefined && context.settings.lenient ? normalizeRequest(body) : body;
}

function exceedsRateLimit({ state, settings, nowMs }: SandboxContext): boolean {
  if (settings.callsPerMinute === 0) return false;
  state.callTimes = state.callTimes.filter((atMs) => atMs > nowMs - 60_000);
  if (state.callTimes.length >= settings.callsPerMinute) return true;
  state.callTimes.push(nowMs);
  return false;
}
