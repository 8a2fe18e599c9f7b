import type { RouteName } from './route-policy.ts';
import { routePolicies } from './route-policy.ts';
import { emptyResponse } from './responses.ts';
import type { Settings } from '../options.ts';

/** Lets pages of the configured other origins read an answer: exactly those, and never with credentials. */
export function applyCorsHeaders(response: Response, request: Request, settings: Settings): Response {
  if (!settings.crossOrigin) return response;
  const { headers } = response;
  headers.set('cross-origin-resource-policy', 'cross-origin');
  headers.append('vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin === null || !settings.origins.has(origin)) return response;
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-expose-headers', 'retry-after');
  return response;
}

/** Answers the question a browser asks before a page of another origin may call; `undefined` when it is none. */
export function preflightResponse(request: Request, name: RouteName, settings: Settings): Response | undefined {
  if (request.method !== 'OPTIONS' || !settings.crossOrigin || !routePolicies[name].requireSameOrigin) return undefined;
  return emptyResponse(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
}
