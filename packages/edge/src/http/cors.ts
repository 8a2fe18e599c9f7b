/** Cross-Origin Resource Sharing for merchants whose page and handler have different origins. Off by default. */

import type { Settings } from '../options.ts';
import { emptyResponse } from './responses.ts';
import type { RoutePolicy } from './route-policy.ts';

/** Lets pages of the configured other origins read a response: exactly those, and never with credentials. */
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

/** Responds to a CORS preflight request. Returns `undefined` for any other request. */
export function preflightResponse(request: Request, policy: RoutePolicy, settings: Settings): Response | undefined {
  if (request.method !== 'OPTIONS' || !settings.crossOrigin || !policy.requireAllowedOrigin) return undefined;
  return emptyResponse(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
}
