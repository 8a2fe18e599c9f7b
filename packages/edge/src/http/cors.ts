import type { RouteName } from './route-policy.ts';
import { checkTable } from './route-policy.ts';
import { emptyAnswer } from './responses.ts';
import type { Settings } from '../options.ts';

/** Lets pages of the configured other origins read an answer: exactly those, and never with credentials. */
export function shareWith(answer: Response, request: Request, settings: Settings): Response {
  if (!settings.crossOrigin) return answer;
  const { headers } = answer;
  headers.set('cross-origin-resource-policy', 'cross-origin');
  headers.append('vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin === null || !settings.origins.has(origin)) return answer;
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-expose-headers', 'retry-after');
  return answer;
}

/** Answers the question a browser asks before a page of another origin may call; `undefined` when it is none. */
export function preflight(request: Request, name: RouteName, settings: Settings): Response | undefined {
  if (request.method !== 'OPTIONS' || !settings.crossOrigin || !checkTable[name].knownOrigin) return undefined;
  return emptyAnswer(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
}
