/** Requests below `/sandbox/`: the control page, its forms, and a JSON API. */
import type { ControlContext } from './sandbox-controls.ts';
import { htmlResponse } from '../lib/html.ts';
import { runAction } from './actions.ts';
import { renderDetails } from './details.ts';
import { readLiveChanges } from './live-changes.ts';
import { controlPage } from './page.ts';
import { controlRoutes } from './route-table.ts';
import type { JsonValue } from '../lib/json.ts';
import type { SandboxContext } from '../state/context.ts';

/** Handles a request below `/sandbox/`, and redirects `/` to the control page. An invalid request is 400 with `problem`. */
export async function handleControlRequest(
  control: ControlContext,
  request: Request,
  url: URL,
  context: () => SandboxContext,
): Promise<Response> {
  const { method } = request;
  const atPage = url.pathname === '/sandbox/';
  try {
    if (method === 'GET' && atPage) return controlPage(context(), control.live, url, crypto.randomUUID());
    if (method === 'GET' && url.pathname === '/sandbox/live') return answerLive(control, url, context, request);
    if (method === 'GET' && url.pathname === '/sandbox/details')
      return htmlResponse(renderDetails(context(), url.searchParams), "default-src 'none'");
    if (method === 'POST' && atPage) return await handleFormPost(control, request, url, context);
    const handler = controlRoutes[`${method} ${url.pathname}`];
    if (handler !== undefined) {
      const body = method === 'POST' || method === 'PUT' ? await readJson(request) : null;
      return jsonResponse(await handler({ control, query: url.searchParams, body, context }));
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError)
      return jsonResponse({ problem: error.message }, 400);
    throw error;
  }
  if (method === 'GET' && (url.pathname === '/' || url.pathname === '/sandbox')) return seeOther(url);
  const routes = Object.keys(controlRoutes);
  return jsonResponse({ problem: `Unknown route: ${method} ${url.pathname}.`, routes }, 404);
}

/**
 * Answers at once, with a body that comes with the next change: what changed since a revision, or nothing when nothing
 * does while the page waits. A response that began late would look like a slow server to what measures the page.
 */
function answerLive(control: ControlContext, url: URL, context: () => SandboxContext, request: Request): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const changes = await readLiveChanges(control, url.searchParams, context, request.signal);
      if (changes !== null) controller.enqueue(new TextEncoder().encode(JSON.stringify(changes)));
      controller.close();
    },
  });
  return new Response(body, { headers: jsonHeaders });
}

async function handleFormPost(
  control: ControlContext,
  request: Request,
  url: URL,
  context: () => SandboxContext,
): Promise<Response> {
  const origin = request.headers.get('origin');
  // CSRF protection: a browser names the origin of every form it posts.
  if (origin !== null && origin !== url.origin) throw new TypeError('This form must be sent by the control page.');
  runAction(control, new URLSearchParams(await request.text()), context);
  return seeOther(url);
}

/** Leads to the control page of the same namespace. */
function seeOther({ search }: URL): Response {
  return new Response(null, { status: 303, headers: { location: `/sandbox/${search}` } });
}

async function readJson(request: Request): Promise<JsonValue> {
  // CSRF protection: a form of another site cannot send JSON.
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json'))
    throw new TypeError('Send JSON, with content-type application/json.');
  return JSON.parse(await request.text()) as JsonValue;
}

const jsonHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  // Another site must not read a response as a script or a picture.
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

function jsonResponse(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: jsonHeaders });
}
