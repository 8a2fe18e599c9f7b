/** A router over `Request` and `Response`. */

/** Handles a request; `params` are the named parts of its path. */
export type RouteHandler = (
  request: Request,
  params: Record<string, string | undefined>,
) => Response | Promise<Response>;

/** Route with its method and path. */
export type Route = readonly [method: 'GET' | 'POST', pattern: URLPattern, handle: RouteHandler];

/** Creates a route. */
export function route(method: 'GET' | 'POST', pathname: string, response: RouteHandler): Route {
  return [method, new URLPattern({ pathname }), response];
}

/** Returns the response of the route that a request matches, or how it fails to match. */
export function dispatch(
  routes: readonly Route[],
  request: Request,
): Response | Promise<Response> | 'unknown path' | 'unknown method' {
  const { pathname } = new URL(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const matches = routes.filter(([, pattern]) => pattern.test({ pathname }));
  const match = matches.find(([known]) => known === method);
  if (match === undefined) return matches.length === 0 ? 'unknown path' : 'unknown method';
  return match[2](request, match[1].exec({ pathname })?.pathname.groups ?? {});
}
