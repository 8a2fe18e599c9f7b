/** Walks one simulated customer through the real shop: its forms, its OTP routes, and the bank's page of the sandbox. */

import type { Sandbox } from '@plural-otp/sandbox';
import { rightOtp } from '@plural-otp/sandbox';
import type { Shop } from '../app.ts';
import type { CrowdCustomer } from './plan.ts';

/** World that the customers of a crowd share. */
export interface CrowdWorld {
  readonly shop: Shop;
  readonly sandbox: Sandbox;
  readonly shopOrigin: string;
  /** Moves the clock of shop and sandbox. */
  readonly pass: (seconds: number) => void;
  readonly newId: () => string;
}

interface Step {
  session: string;
  readonly challengeUrl: string | undefined;
}

const wrongOtp = '000000';
const device = JSON.stringify({
  browser_user_agent: 'Mozilla/5.0 (simulated)',
  browser_language: 'en-IN',
  browser_screen_height: '844',
  browser_screen_width: '390',
  browser_timezone: '-330',
  browser_window_size: '390x844',
  browser_screen_color_depth: '24',
  browser_java_enabled_val: 'false',
  browser_javascript_enabled_val: 'true',
  device_channel: 'browser',
});

/** Walks a customer to the end of the visit. */
export async function walkCustomer(world: CrowdWorld, customer: CrowdCustomer): Promise<void> {
  const { shop, shopOrigin } = world;
  let cookie = '';
  const post = (path: string, fields: Record<string, string>): Promise<Response> =>
    shop.fetch(
      new Request(`${shopOrigin}${path}`, {
        method: 'POST',
        headers: {
          'sec-fetch-site': 'same-origin',
          'user-agent': 'Mozilla/5.0 (simulated)',
          accept: 'text/html',
          cookie,
        },
        body: new URLSearchParams(fields),
      }),
    );
  const basket = await post('/basket', { tea: customer.teaId, quantity: String(customer.quantity) });
  cookie = basket.headers.get('set-cookie')?.split(';')[0] ?? '';
  const order = new URL(basket.headers.get('location') ?? '', shopOrigin).searchParams.get('order') ?? '';
  world.pass(20);
  for (const [index, card] of customer.cardIds.entries()) {
    const charge = customer.isReserving ? 'later' : 'now';
    const paid = await post('/checkout/pay', { order, attempt: String(index + 1), card, charge, device });
    const location = paid.headers.get('location') ?? '';
    if (paid.status !== 303)
      throw new Error(`A simulated customer could not pay with the card "${card}": HTTP ${paid.status}`);
    if (location.startsWith('/orders/')) return;
    const isAtBank = !location.startsWith('/');
    const response = await post('/checkout/session', { order });
    if (response.status !== 200) throw new Error(`A simulated customer got no session: HTTP ${response.status}`);
    const { session, view } = (await response.json()) as { session: string; view: { challengeUrl?: string } };
    const step: Step = { session, challengeUrl: isAtBank ? location : view.challengeUrl };
    const hasEnded = isAtBank ? await walkBankPage(world, customer, step) : await walkStep(world, customer, step);
    if (hasEnded !== 'failed') return;
    world.pass(30);
  }
}

type End = 'paid' | 'failed' | 'gone';

/** Walks the OTP step. */
async function walkStep(world: CrowdWorld, customer: CrowdCustomer, step: Step): Promise<End> {
  const act = (route: string, body: Record<string, unknown> = {}): Promise<View> => callRoute(world, step, route, body);
  const key = (): { idempotencyKey: string } => ({ idempotencyKey: world.newId() });
  const shown = await act('otp/generate', key());
  world.pass(1);
  if (!shown.next.includes('submit')) return 'gone';
  if (customer.manner === 'isTyping') return 'gone';
  if (customer.isResending) {
    world.pass(35);
    await act('otp/resend', key());
  }
  world.pass(customer.typingSeconds);
  if (customer.manner === 'leaves' || customer.manner === 'cancels') {
    await act('payment/leave', { to: customer.manner === 'leaves' ? 'away' : 'cancel', ...key() });
    return 'gone';
  }
  if (customer.manner === 'goesToBank') {
    await act('payment/leave', { to: 'bank', ...key() });
    return walkBankPage(world, customer, step);
  }
  const entry = { by: customer.entryBy, firstKeySeconds: Math.round(customer.typingSeconds / 2), usableMs: 420 };
  for (let wrong = 0; wrong < customer.wrongOtps; wrong += 1) {
    const view = await act('otp/submit', { otp: wrongOtp, entry, ...key() });
    world.pass(8);
    if (!view.next.includes('submit')) return 'failed';
  }
  const [payment] = customer.isDeclined ? findOpenPayments(world.sandbox) : [];
  if (payment !== undefined) world.sandbox.decide(payment, 'hold');
  await act('otp/submit', { otp: rightOtp, entry, ...key() });
  world.pass(1);
  if (payment !== undefined) world.sandbox.decide(payment, 'decline');
  await world.sandbox.whenIdle();
  world.pass(2);
  const { phase } = await act('payment');
  return phase === 'failed' ? 'failed' : 'paid';
}

/** Returns the newest payment that the issuer has not decided. */
function findOpenPayments({ state }: Sandbox): string[] {
  const payments = [...state.orders.values()].at(-1)?.payments ?? [];
  return payments
    .filter(({ status }) => status === 'PENDING')
    .map(({ id }) => id)
    .slice(-1);
}

interface View {
  readonly phase: string;
  readonly next: readonly string[];
  readonly session?: string;
}

async function callRoute({ shop, shopOrigin }: CrowdWorld, step: Step, route: string, body: object): Promise<View> {
  const response = await shop.fetch(
    new Request(`${shopOrigin}/plural/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ session: step.session, ...body }),
    }),
  );
  const view = (await response.json()) as View & { readonly problem?: { readonly code: string }; readonly view?: View };
  if (view.session !== undefined) step.session = view.session;
  // A rejected OTP is no view of its own in every case: what it says of the payment is.
  if (!Array.isArray(view.next)) return view.view ?? { phase: 'unknown', next: [] };
  return view;
}

/** Walks the bank's page, and returns to the shop as the browser would. */
async function walkBankPage(world: CrowdWorld, customer: CrowdCustomer, { challengeUrl = '' }: Step): Promise<End> {
  const { shop, sandbox } = world;
  await sandbox.fetch(challengeUrl);
  if (customer.isLostAtBank) return 'gone';
  world.pass(20 + customer.typingSeconds * 1.5);
  const answer = await sandbox.fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ otp: rightOtp }) });
  await sandbox.whenIdle();
  const { action, fields } = readForm(await answer.text());
  world.pass(1);
  const returned = await shop.fetch(
    new Request(action, {
      method: 'POST',
      headers: { origin: 'null', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(fields),
    }),
  );
  return /[?&]reference=/.test(returned.headers.get('location') ?? '') ? 'paid' : 'gone';
}

/** Reads the form by which the bank's page returns. */
function readForm(page: string): { action: string; fields: Record<string, string> } {
  const unescape = (text: string): string =>
    text
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>');
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1];
  if (action === undefined) throw new Error('The bank’s page did not return a simulated customer');
  const inputs = [...page.matchAll(/<input[^>]*\sname="([^"]*)"[^>]*\svalue="([^"]*)"/g)];
  return {
    action: unescape(action),
    fields: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescape(value)])),
  };
}
