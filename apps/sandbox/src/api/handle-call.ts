import { type Answer, ok, refusal } from './response.ts';
import { createPayment, getCardDetails } from './payments.ts';
import { createOrder, readOrder, readOrderByReference } from './orders.ts';
import { captureOrder, cancelOrder, refundOrder } from './capture-and-refund.ts';
import { credentials } from '../scenarios/credentials.ts';
import { generateOtp, resendOtp, submitOtp } from './otp.ts';
import { type JsonObject, type JsonValue, parseJson } from '../lib/json.ts';
import { readLeniently } from './normalize-request.ts';
import type { Match, Operation } from '../state/endpoints.ts';
import { requestRules } from './request-schemas.ts';
import type { World } from '../state/context.ts';

/** One call as it arrived: its headers, and its body's text. */
export interface Call extends Match {
  readonly headers: Headers;
  readonly bodyText: string;
}

/** No documented body comes near this; more is refused before it is read as JSON. */
const mostBodyCharacters = 256 * 1024;

/** Answers one call of Plural's API: credentials, rate limit, body, field rules, then the operation itself. */
export function answerCall(world: World, call: Call): Answer {
  const { operation } = call;
  if (operation !== 'getToken' && !authorized(world, call))
    return refusal(401, 'UNAUTHORIZED', 'The access token is missing, unknown or has ended');
  if (overLimit(world)) return refusal(429, 'API_RATE_LIMIT', 'Too many requests');

  const rule = requestRules[operation];
  if (rule === undefined) return perform(world, call, {});
  if (call.bodyText.length > mostBodyCharacters)
    return refusal(413, 'INVALID_REQUEST', `The body must not be longer than ${mostBodyCharacters} characters`, {
      additional_error_details: { source: 'body', reason: 'too long' },
    });
  const body = readBody(world, call);
  if (body === undefined)
    return refusal(400, 'INVALID_REQUEST', 'The body must be JSON, with content-type application/json', {
      additional_error_details: { source: 'body', reason: 'not JSON' },
    });
  const breaches = rule(body, '');
  const [first] = breaches;
  if (first !== undefined) {
    const status = operation === 'getToken' ? 422 : world.settings.invalidRequestStatus;
    return refusal(status, 'INVALID_REQUEST', breaches.map((b) => `${b.path} must be ${b.expected}`).join('; '), {
      additional_error_details: { source: first.path, step: 'validation', reason: `must be ${first.expected}` },
    });
  }
  return perform(world, call, body as JsonObject);
}

type Perform = (world: World, body: never, id: string) => Answer;

const performers: Readonly<Record<Operation, Perform>> = {
  getToken,
  createOrder,
  getOrder: (world, _, id) => readOrder(world, id),
  getOrderByReference: (world, _, id) => readOrderByReference(world, id),
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
function perform(world: World, { operation, id }: Call, body: JsonObject): Answer {
  return performers[operation](world, body as never, id);
}

function readBody(world: World, { headers, bodyText }: Call): JsonValue | undefined {
  const contentType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== 'application/json' && !world.settings.lenient) return undefined;
  const body = parseJson(bodyText);
  return body !== undefined && world.settings.lenient ? readLeniently(body) : body;
}

function getToken(world: World, body: { readonly client_id: string; readonly client_secret: string }): Answer {
  const { state, settings, nowMs } = world;
  const known = body.client_id === credentials.clientId && body.client_secret === credentials.clientSecret;
  if (!known && !(settings.lenient && body.client_id === guideClientId)) {
    const description = 'client_id or client_secret is wrong';
    return {
      status: 401,
      body:
        settings.tokenRefusal === 'error'
          ? { error: 'invalid_client', error_description: description }
          : { status: 401, type: 'UNAUTHORIZED', message: description, traceId: world.newId() },
    };
  }
  for (const [token, endsAtMs] of state.tokens) if (endsAtMs <= nowMs) state.tokens.delete(token);
  const token = `sandbox.${world.newId()}`;
  const endsAtMs = nowMs + settings.tokenLifeSeconds * 1000;
  state.tokens.set(token, endsAtMs);
  return ok({
    access_token: token,
    ...(settings.tokenAnswer !== 'expires_at' && { expires_in: settings.tokenLifeSeconds }),
    ...(settings.tokenAnswer !== 'expires_in' && { expires_at: new Date(endsAtMs).toISOString() }),
  });
}

// The guide's samples: a client of its own, made-up tokens, and OTP calls without any.
const guideClientId = 'a17ce30e-f88e-4f81-ada1-c3b4909ed232';
const withoutTokenInGuide: ReadonlySet<Operation> = new Set(['generateOtp', 'submitOtp', 'resendOtp']);

function authorized(world: World, { headers, operation }: Call): boolean {
  const header = headers.get('authorization');
  if (world.settings.lenient) return header === null ? withoutTokenInGuide.has(operation) : /^Bearer ./i.test(header);
  const [, token] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
  return (world.state.tokens.get(token ?? '') ?? 0) > world.nowMs;
}

function overLimit({ state, settings, nowMs }: World): boolean {
  if (settings.callsPerMinute === 0) return false;
  state.callTimes = state.callTimes.filter((atMs) => atMs > nowMs - 60_000);
  if (state.callTimes.length >= settings.callsPerMinute) return true;
  state.callTimes.push(nowMs);
  return false;
}
