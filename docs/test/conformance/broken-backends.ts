import { randomUUID } from 'node:crypto';
import { signWebhook } from '@plural-otp/core/testing';
import { credentials } from '@plural-otp/sandbox';
import type { Sabotage } from './edge-backend.ts';

/** A backend that breaks one rule, and the case that has to catch it. */
export interface Saboteur extends Sabotage {
  does: string;
  caughtBy: string;
}

type Members = Record<string, unknown>;

const routeOf = (request: Request): string => new URL(request.url).pathname.replace('/plural/', '');
const bodyOf = async (request: Request): Promise<Members> => {
  try {
    return (await request.clone().json()) as Members;
  } catch {
    return {};
  }
};

const withBody = (request: Request, body: Members, headers: HeadersInit = request.headers): Request =>
  new Request(request.url, { method: request.method, headers, body: JSON.stringify(body) });

const withHeaders = (request: Request, changes: Record<string, string>): Request => {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(changes)) headers.set(name, value);
  return new Request(request, { headers });
};

/** Changes each view that is answered. */
const withView = (change: (view: Members, sandboxOrderId: string) => Members): Pick<Sabotage, 'atDoor'> => ({
  async atDoor(request, handle, { sandbox }) {
    const answer = await handle(request);
    if (answer.status !== 200) return answer;
    const orderId = [...sandbox.state.orders.keys()].at(-1) ?? '';
    return Response.json(change((await answer.json()) as Members, orderId), { headers: answer.headers });
  },
});

/** Changes each request before it is answered. */
const withRequest = (change: (request: Request) => Request | Promise<Request>): Pick<Sabotage, 'atDoor'> => ({
  atDoor: async (request, handle) => handle(await change(request)),
});

function forgedSessionsShowTheLastView(): Pick<Sabotage, 'atDoor'> {
  let last = '';
  return {
    async atDoor(request, handle) {
      const answer = await handle(request);
      if (answer.status === 200) last = await answer.clone().text();
      return answer.status === 401 ? new Response(last, { headers: answer.headers }) : answer;
    },
  };
}

function paysOnAWebhooksWord(): Pick<Sabotage, 'atDoor'> {
  let told = false;
  return {
    async atDoor(request, handle) {
      if (routeOf(request) === 'webhook') told = true;
      const answer = await handle(request);
      if (answer.status !== 200 || !told) return answer;
      return Response.json({ ...((await answer.json()) as Members), phase: 'authorized' }, { headers: answer.headers });
    },
  };
}

function givesUpWithPlural(): Pick<Sabotage, 'atDoor' | 'atPlural'> {
  let away = false;
  return {
    async atPlural(request, send) {
      const answer = await send(request);
      away = answer.status === 503;
      return answer;
    },
    async atDoor(request, handle) {
      const answer = await handle(request);
      return away ? new Response('Bad Gateway', { status: 502 }) : answer;
    },
  };
}

export const saboteurs: readonly Saboteur[] = [
  {
    does: 'sends each code twice',
    caughtBy: 'handing in a code: a known idempotency key is not sent again',
    async atPlural(request, send) {
      if (request.url.endsWith('/otp/submit')) await send(request.clone());
      return send(request);
    },
  },
  {
    does: 'forgets acts',
    caughtBy: 'handing in a code: a known idempotency key is not sent again',
    ...withRequest(async (request) => {
      const body = await bodyOf(request);
      return 'idempotencyKey' in body ? withBody(request, { ...body, idempotencyKey: randomUUID() }) : request;
    }),
  },
  {
    does: 'sends a code again when the answer was lost',
    caughtBy: 'unclear ends: a code that perhaps never arrived is not sent again by itself',
    async atPlural(request, send) {
      try {
        return await send(request.clone());
      } catch {
        return send(request);
      }
    },
  },
  {
    does: 'takes an accepted code for a payment',
    caughtBy: 'handing in a code: an accepted code is not a payment: `authorized` waits for the order',
    ...withView((view) => (view['phase'] === 'confirming' ? { ...view, phase: 'authorized', next: [] } : view)),
  },
  {
    does: 'has a code sent when the page is loaded',
    caughtBy: 'opening: a payment begins with a view of the contract, and no code is sent by itself',
    async atDoor(request, handle) {
      if (routeOf(request) === 'payment') {
        const body = { ...(await bodyOf(request)), idempotencyKey: randomUUID() };
        await handle(withBody(new Request(request.url.replace('payment', 'otp/generate'), request.clone()), body));
      }
      return handle(request);
    },
  },
  {
    does: 'turns the code into a number',
    caughtBy: 'handing in a code: a code with a leading zero reaches Plural whole, as text',
    async atPlural(request, send) {
      if (!request.url.endsWith('/otp/submit')) return send(request);
      const body = await bodyOf(request);
      return send(withBody(request, { ...body, otp: String(Number(body['otp'])) }));
    },
  },
  {
    does: 'gives the order id as the reference',
    caughtBy: 'opening: the reference is for people',
    ...withView((view, orderId) => ({ ...view, reference: orderId })),
  },
  {
    does: 'shows the order id beside the view',
    caughtBy: 'handing in a code: the right code pays',
    ...withView((view, orderId) => ({ ...view, orderId })),
  },
  {
    does: 'answers a forged session with a view',
    caughtBy: 'sessions: a session with one letter changed is refused',
    ...forgedSessionsShowTheLastView(),
  },
  {
    does: 'says what is wrong with a session',
    caughtBy: 'sessions: every session that is none gets one and the same answer',
    async atDoor(request, handle) {
      const short = String((await bodyOf(request))['session']).length < 20;
      const answer = await handle(request);
      if (answer.status !== 401 || !short) return answer;
      return Response.json({ problem: { code: 'INTERNAL' } }, { status: 401, headers: answer.headers });
    },
  },
  {
    does: 'takes the session from the address',
    caughtBy: 'sessions: a session is read from the body alone',
    ...withRequest(async (request) => {
      const session = new URL(request.url).searchParams.get('session');
      return session === null ? request : withBody(request, { ...(await bodyOf(request)), session });
    }),
  },
  {
    does: 'does not look where a request comes from',
    caughtBy: 'requests: a page of another site is refused',
    ...withRequest((request) =>
      routeOf(request) === 'webhook' ? request : withHeaders(request, { 'sec-fetch-site': 'same-origin' }),
    ),
  },
  {
    does: 'lets every site read its answers',
    caughtBy: 'requests: no answer sets a cookie or lets another site read it',
    async atDoor(request, handle) {
      const answer = await handle(request);
      answer.headers.set('access-control-allow-origin', '*');
      return answer;
    },
  },
  {
    does: 'reads JSON whatever it is called',
    caughtBy: 'requests: JSON called text is refused',
    ...withRequest((request) =>
      routeOf(request).includes('otp') ? withHeaders(request, { 'content-type': 'application/json' }) : request,
    ),
  },
  {
    does: 'overlooks members it does not know',
    caughtBy: 'requests: a member too many is refused',
    ...withRequest(async (request) => {
      const { paymentId, ...rest } = await bodyOf(request);
      return paymentId === undefined ? request : withBody(request, rest);
    }),
  },
  {
    does: 'lets its answers be kept',
    caughtBy: 'requests: every answer says no-store, nosniff, no-referrer and JSON',
    async atDoor(request, handle) {
      const answer = await handle(request);
      answer.headers.delete('cache-control');
      return answer;
    },
  },
  {
    does: 'repeats a wrong body in its refusal',
    caughtBy: 'secrecy: no refusal repeats what was sent',
    async atDoor(request, handle) {
      const body = await request.clone().text();
      const answer = await handle(request);
      return answer.status === 400
        ? new Response(`not understood: ${body}`, { status: 400, headers: answer.headers })
        : answer;
    },
  },
  {
    does: 'counts no revisions',
    caughtBy: 'one payment, many looks: the revision never falls, and grows with what happens',
    ...withView((view) => ({ ...view, revision: 1 })),
  },
  {
    does: 'makes up how many tries are left',
    caughtBy: 'handing in a code: tries left are never a number of the backend’s own',
    ...withView((view) => ({ ...view, attempts: { misses: 1, leftAtBank: 2 } })),
  },
  {
    does: 'tells the shop twice',
    caughtBy: 'one payment, many looks: the shop is told of a paid payment, and not again',
    async atHook(body, answer) {
      if (!('verdictsOf' in body)) return answer();
      const { verdicts } = (await (await answer()).json()) as { verdicts: string[] };
      return Response.json({ verdicts: [...verdicts, ...verdicts] });
    },
  },
  {
    does: 'takes webhooks of any secret',
    caughtBy: 'webhooks: an event of another secret is refused',
    ...withRequest(async (request) => {
      if (routeOf(request) !== 'webhook') return request;
      const body = await request.text();
      const { headers } = await signWebhook({ body, secret: credentials.webhookSecret });
      return new Request(request.url, { method: 'POST', headers: { ...headers }, body });
    }),
  },
  {
    does: 'takes an old webhook',
    caughtBy: 'webhooks: an event of ten minutes ago is refused',
    atDoor: async (request, handle) =>
      routeOf(request) === 'webhook' ? new Response(null, { status: 204 }) : handle(request),
  },
  {
    does: 'believes what a webhook says',
    caughtBy: 'webhooks: a signed event that says paid proves nothing: the order decides',
    ...paysOnAWebhooksWord(),
  },
  {
    does: 'goes where a return says',
    caughtBy: 'returns: a return never leads where its fields say',
    async atDoor(request, handle) {
      const fields = routeOf(request) === 'return' ? new URLSearchParams(await request.clone().text()) : undefined;
      const answer = await handle(request);
      const target = fields?.get('redirect');
      return target ? new Response(null, { status: 303, headers: { location: target } }) : answer;
    },
  },
  {
    does: 'shows a paying customer an error after a forged return',
    caughtBy: 'returns: a forged return changes nothing',
    async atDoor(request, handle) {
      const answer = await handle(request);
      return answer.headers.get('location')?.includes('unverified')
        ? new Response('Forbidden', { status: 403 })
        : answer;
    },
  },
  {
    does: 'breaks when Plural is away',
    caughtBy: 'unclear ends: with Plural away the page still gets an answer it understands',
    ...givesUpWithPlural(),
  },
  {
    does: 'forgets that the customer went to the bank’s page',
    caughtBy: 'leaving: going to the bank’s page is remembered and sends nothing',
    ...withView((view) => ({ ...view, leftForBank: undefined })),
  },
];
