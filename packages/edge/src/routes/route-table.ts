/**
 * The route table: one row per route, with what a request must be and what handles it; and the one path that every
 * request takes through it.
 */

import { isPluralError } from '@plural-otp/core';
import { routes } from '@plural-otp/flow/contract';
import { forRequest, type HandlerContext } from '../context.ts';
import { applyCorsHeaders, preflightResponse } from '../http/cors.ts';
import { errorResponse, problemResponse, unavailableResponse } from '../http/responses.ts';
import { isAllowedOrigin, type RoutePolicy } from '../http/route-policy.ts';
import { waitUntilFrom } from '../lib/wait-until.ts';
import type { Settings } from '../options.ts';
import { browserRoutes, type RouteHandler } from './browser-routes.ts';
import { handleReturn } from './return.ts';
import { handleWebhook } from './webhook.ts';

type RouteName = keyof typeof routes;

interface Route extends RoutePolicy {
  readonly handle: RouteHandler;
}

const browserPolicy: RoutePolicy = {
  methods: ['POST'],
  requireAllowedOrigin: true,
  contentType: 'application/json',
  maxBodyBytes: 4096,
};

const routeTable: Readonly<Record<RouteName, Route>> = {
  generate: { ...browserPolicy, handle: browserRoutes.generate },
  submit: { ...browserPolicy, handle: browserRoutes.submit },
  resend: { ...browserPolicy, handle: browserRoutes.resend },
  payment: { ...browserPolicy, handle: browserRoutes.payment },
  leave: { ...browserPolicy, handle: browserRoutes.leave },
  return: {
    methods: ['POST', 'GET'],
    // The bank's page submits it, so its origin proves nothing; its signature does.
    requireAllowedOrigin: false,
    contentType: 'application/x-www-form-urlencoded',
    maxBodyBytes: 16_384,
    handle: handleReturn,
  },
  webhook: {
    methods: ['POST'],
    requireAllowedOrigin: false,
    contentType: undefined,
    maxBodyBytes: 262_144,
    handle: handleWebhook,
  },
};

const namesByPath = new Map<string, RouteName>(
  (Object.keys(routes) as RouteName[]).map((name) => [routes[name], name]),
);

/** Finds the route of a path: below the base path, compared exactly. */
function matchRoute(pathname: string, { basePath, webhook }: Settings): Route | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  const name = namesByPath.get(pathname.slice(basePath.length + 1));
  return name === undefined || (name === 'webhook' && !webhook) ? undefined : routeTable[name];
}

/** Handles a request below the base path. Never rejects. `execution`: the runtime's context of this request. */
export async function handleRequest(shared: HandlerContext, request: Request, execution: unknown): Promise<Response> {
  const { settings } = shared;
  const route = matchRoute(new URL(request.url).pathname, settings);
  if (!route) return applyCorsHeaders(errorResponse(404), request, settings);
  const context = forRequest(shared, waitUntilFrom(execution));
  const work = catchErrors(context, request, route);
  // An action completes when the customer is gone, also where the runtime would end it with the request.
  context.waitUntil(work);
  return applyCorsHeaders(await work, request, settings);
}

async function catchErrors(context: HandlerContext, request: Request, route: Route): Promise<Response> {
  try {
    return await dispatch(context, request, route);
  } catch (error) {
    context.reportError(error);
    return isPluralError(error) ? unavailableResponse() : problemResponse(500, 'INTERNAL');
  }
}

async function dispatch(context: HandlerContext, request: Request, route: Route): Promise<Response> {
  const { settings } = context;
  const preflight = preflightResponse(request, route, settings);
  if (preflight) return preflight;
  if (!route.methods.includes(request.method)) {
    return problemResponse(405, 'INTERNAL', { allow: route.methods.join(', ') });
  }
  if (route.requireAllowedOrigin && !isAllowedOrigin(request.headers, settings)) return errorResponse(403);
  return route.handle(context, request, route);
}
