/** Backends with one defect each: they prove that every important case can fail. */
import { randomUUID } from 'node:crypto';
import { signWebhook } from '@plural-otp/core/testing';
import { credentials } from '@plural-otp/sandbox';
import type { Interceptors } from './edge-backend.ts';

/** A backend with one defect, and the name of the case that has to fail with it. */
export interface BrokenBackend extends Interceptors {
  defect: string;
  caughtBy: string;
}

type Members = Record<string, unknown>;

/** Returns the route of a request, for example `otp/submit`. */
const getRoute = (request: Request): string => new URL(request.url).pathname.replace('/plural/', '');
/** Parses the body of a request; an unreadable one is `{}`. */
const readBody = async (request: Request): Promise<Members> => {
  try {
    return (await request.clone().json()) as Members;
  } catch {
    return {};
  }
};

/** Returns the request with another body. */
const replaceBody = (request: Request, body: Members, headers: HeadersInit = request.headers): Request =>
  new Request(request.url, { method: request.method, headers, body: JSON.stringify(body) });

/** Returns the request with these headers set. */
const replaceHeaders = (request: Request, changes: Record<string, string>): Request => {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(changes)) headers.set(name, value);
  return new Request(request, { headers });
};

/** Changes the view of each response. */
const changeViews = (change: (view: Members, sandboxOrderId: string) => Members): Pick<Interceptors, 'onRequest'> => ({
  async onRequest(request, handle, { sandbox }) {
    const response = await handle(request);
    if (response.status !== 200) return response;
    const orderId = [...sandbox.state.orders.keys()].at(-1) ?? '';
    return Response.json(change((await response.json()) as Members, orderId), { headers: response.headers });
  },
});

/** Changes each request before the handler sees it. */
const changeRequests = (change: (request: Request) => Request | Promise<Request>): Pick<Interceptors, 'onRequest'> => ({
  onRequest: async (request, handle) => handle(await change(request)),
});

/** Returns the latest view of any payment in place of each 401. */
function acceptForgedSessions(): Pick<Interceptors, 'onRequest'> {
  let last = '';
  return {
    async onRequest(request, handle) {
      const response = await handle(request);
      if (response.status === 200) last = await response.clone().text();
      return response.status === 401 ? new Response(last, { headers: response.headers }) : response;
    },
  };
}

/** Opens a reference with the session of the customer who started last. */
function letReadersAct(): Pick<Interceptors, 'onHookCall'> {
  let started: unknown;
  return {
    async onHookCall(body, respond) {
      if ('openReference' in body) return Response.json(started);
      const response = await respond();
      if ('card' in body) started = await response.clone().json();
      return response;
    },
  };
}

/** Reports every payment as authorized once a webhook was received. */
function trustWebhooks(): Pick<Interceptors, 'onRequest'> {
  let received = false;
  return {
    async onRequest(request, handle) {
      if (getRoute(request) === 'webhook') received = true;
      const response = await handle(request);
      if (response.status !== 200 || !received) return response;
      return Response.json(
        { ...((await response.json()) as Members), phase: 'authorized' },
        { headers: response.headers },
      );
    },
  };
}

/** Responds with 502 after a 503 of Plural. */
function failWithPlural(): Pick<Interceptors, 'onRequest' | 'onPluralCall'> {
  let isUnavailable = false;
  return {
    async onPluralCall(request, send) {
      const response = await send(request);
      isUnavailable = response.status === 503;
      return response;
    },
    async onRequest(request, handle) {
      const response = await handle(request);
      return isUnavailable ? new Response('Bad Gateway', { status: 502 }) : response;
    },
  };
}

export const brokenBackends: readonly BrokenBackend[] = [
  {
    defect: 'submits each OTP twice',
    caughtBy: 'submit: a repeated idempotency key is not submitted again',
    async onPluralCall(request, send) {
      if (request.url.endsWith('/otp/submit')) await send(request.clone());
      return send(request);
    },
  },
  {
    defect: 'ignores idempotency keys',
    caughtBy: 'submit: a repeated idempotency key is not submitted again',
    ...changeRequests(async (request) => {
      const body = await readBody(request);
      return 'idempotencyKey' in body ? replaceBody(request, { ...body, idempotencyKey: randomUUID() }) : request;
    }),
  },
  {
    defect: 'resubmits an OTP when the response is lost',
    caughtBy: 'unknown outcome: an OTP that may not have arrived is never resubmitted automatically',
    async onPluralCall(request, send) {
      try {
        return await send(request.clone());
      } catch {
        return send(request);
      }
    },
  },
  {
    defect: 'reports an accepted OTP as a payment',
    caughtBy: 'submit: an accepted OTP is not a payment: `authorized` waits for the order',
    ...changeViews((view) => (view['phase'] === 'confirming' ? { ...view, phase: 'authorized', next: [] } : view)),
  },
  {
    defect: 'generates an OTP on page load',
    caughtBy: 'start: a payment starts with a view of the contract, and no OTP is sent automatically',
    async onRequest(request, handle) {
      if (getRoute(request) === 'payment') {
        const body = { ...(await readBody(request)), idempotencyKey: randomUUID() };
        await handle(replaceBody(new Request(request.url.replace('payment', 'otp/generate'), request.clone()), body));
      }
      return handle(request);
    },
  },
  {
    defect: 'converts the OTP to a number',
    caughtBy: 'submit: an OTP with a leading zero reaches Plural unchanged, as a string',
    async onPluralCall(request, send) {
      if (!request.url.endsWith('/otp/submit')) return send(request);
      const body = await readBody(request);
      return send(replaceBody(request, { ...body, otp: String(Number(body['otp'])) }));
    },
  },
  {
    defect: 'returns the order id as the reference',
    caughtBy: 'start: the reference is unique per payment',
    ...changeViews((view, orderId) => ({ ...view, reference: orderId })),
  },
  {
    defect: 'adds the order id to the view',
    caughtBy: 'submit: the correct OTP pays',
    ...changeViews((view, orderId) => ({ ...view, orderId })),
  },
  {
    defect: 'returns a view for a forged session',
    caughtBy: 'sessions: a session with one changed character is rejected',
    ...acceptForgedSessions(),
  },
  {
    defect: 'reveals why a session is invalid',
    caughtBy: 'sessions: every invalid session gets the same response',
    async onRequest(request, handle) {
      const isShort = String((await readBody(request))['session']).length < 20;
      const response = await handle(request);
      if (response.status !== 401 || !isShort) return response;
      return Response.json({ problem: { code: 'INTERNAL' } }, { status: 401, headers: response.headers });
    },
  },
  {
    defect: 'reads the session from the URL',
    caughtBy: 'sessions: a session is read from the body only',
    ...changeRequests(async (request) => {
      const session = new URL(request.url).searchParams.get('session');
      return session === null ? request : replaceBody(request, { ...(await readBody(request)), session });
    }),
  },
  {
    defect: 'accepts cross-site requests',
    caughtBy: 'requests: a cross-site request is rejected (CSRF)',
    ...changeRequests((request) =>
      getRoute(request) === 'webhook' ? request : replaceHeaders(request, { 'sec-fetch-site': 'same-origin' }),
    ),
  },
  {
    defect: 'allows every origin to read responses',
    caughtBy: 'requests: no response sets a cookie or allows a foreign origin (CORS)',
    async onRequest(request, handle) {
      const response = await handle(request);
      response.headers.set('access-control-allow-origin', '*');
      return response;
    },
  },
  {
    defect: 'accepts JSON of any content type',
    caughtBy: 'requests: JSON with content type text/plain is rejected',
    ...changeRequests((request) =>
      getRoute(request).includes('otp') ? replaceHeaders(request, { 'content-type': 'application/json' }) : request,
    ),
  },
  {
    defect: 'ignores unknown members',
    caughtBy: 'requests: an unknown member is rejected',
    ...changeRequests(async (request) => {
      const { paymentId, ...rest } = await readBody(request);
      return paymentId === undefined ? request : replaceBody(request, rest);
    }),
  },
  {
    defect: 'allows caching',
    caughtBy: 'requests: every response has no-store, nosniff, no-referrer and JSON',
    async onRequest(request, handle) {
      const response = await handle(request);
      response.headers.delete('cache-control');
      return response;
    },
  },
  {
    defect: 'repeats an invalid body in the error response',
    caughtBy: 'secrecy: no error response repeats the request',
    async onRequest(request, handle) {
      const body = await request.clone().text();
      const response = await handle(request);
      return response.status === 400
        ? new Response(`invalid body: ${body}`, { status: 400, headers: response.headers })
        : response;
    },
  },
  {
    defect: 'never increases the revision',
    caughtBy: 'payment view: the revision never decreases, and increases with each change',
    ...changeViews((view) => ({ ...view, revision: 1 })),
  },
  {
    defect: 'invents the number of remaining attempts',
    caughtBy: 'submit: the number of remaining attempts is never invented',
    ...changeViews((view) => ({ ...view, attempts: { misses: 1, leftAtBank: 2 } })),
  },
  {
    defect: 'delivers a verdict twice',
    caughtBy: 'payment view: a paid payment is delivered to the shop once',
    async onHookCall(body, respond) {
      if (!('verdictsOf' in body)) return respond();
      const { verdicts } = (await (await respond()).json()) as { verdicts: string[] };
      return Response.json({ verdicts: [...verdicts, ...verdicts] });
    },
  },
  {
    defect: 'lets whoever knows a reference act on its payment',
    caughtBy: 'sessions: whoever knows the reference may read the payment, and do nothing',
    ...letReadersAct(),
  },
  {
    defect: 'accepts webhooks with any signature',
    caughtBy: 'webhooks: an event with a wrong signature is rejected',
    ...changeRequests(async (request) => {
      if (getRoute(request) !== 'webhook') return request;
      const body = await request.text();
      const { headers } = await signWebhook({ body, secret: credentials.webhookSecret });
      return new Request(request.url, { method: 'POST', headers: { ...headers }, body });
    }),
  },
  {
    defect: 'accepts an old webhook',
    caughtBy: 'webhooks: an event of ten minutes ago is rejected',
    onRequest: async (request, handle) =>
      getRoute(request) === 'webhook' ? new Response(null, { status: 204 }) : handle(request),
  },
  {
    defect: 'trusts the status in a webhook',
    caughtBy: 'webhooks: a signed event that reports success is not a payment: the order decides',
    ...trustWebhooks(),
  },
  {
    defect: 'redirects to an address in the return',
    caughtBy: 'returns: a return never redirects to an address in its fields',
    async onRequest(request, handle) {
      const fields = getRoute(request) === 'return' ? new URLSearchParams(await request.clone().text()) : undefined;
      const response = await handle(request);
      const location = fields?.get('redirect');
      return location ? new Response(null, { status: 303, headers: { location } }) : response;
    },
  },
  {
    defect: 'responds with an error to a forged return',
    caughtBy: 'returns: a forged return changes nothing',
    async onRequest(request, handle) {
      const response = await handle(request);
      return response.headers.get('location')?.includes('unverified')
        ? new Response('Forbidden', { status: 403 })
        : response;
    },
  },
  {
    defect: 'fails while Plural is unavailable',
    caughtBy: 'unknown outcome: the browser gets a valid response while Plural is unavailable',
    ...failWithPlural(),
  },
  {
    defect: 'does not record that the customer left for the bank’s page',
    caughtBy: 'leave: leaving for the bank’s page is recorded and calls nothing',
    ...changeViews((view) => ({ ...view, leftForBank: undefined })),
  },
];
