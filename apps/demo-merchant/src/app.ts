import { createPlural } from '@plural-otp/core';
import { createOtpHandler, type PaymentStore, type PaymentVerdict } from '@plural-otp/edge';
import { createOtpPage } from '@plural-otp/edge/page';
import type { BrowserFiles } from './browser-files.ts';
import { createCheckout } from './checkout.ts';
import { problemLine } from './checkout-problems.ts';
import { createDesk } from './admin.ts';
import { misdirected } from './http.ts';
import { createJournal } from './activity-log.ts';
import { createOrders } from './orders.ts';
import { routeTable } from './routes.ts';
import type { Settings } from './settings.ts';
import type { ShopData } from './repository.ts';
import { testCardsFrom } from './test-cards.ts';

export interface ShopOptions {
  readonly settings: Pick<Settings, 'origin' | 'plural' | 'cards'>;
  /** The shop's own orders. */
  readonly data: ShopData;
  /** The handler's records. */
  readonly store: PaymentStore;
  readonly files: BrowserFiles;
  /** Sees to its end what no answer waits for: `waitUntil`, or a process that ends no sooner. */
  readonly background: (work: Promise<unknown>) => void;
  /** Takes a line for the developer; never holds a secret. */
  readonly log: (line: string) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  readonly newId?: () => string;
}

export interface Shop {
  /** Answers every request, the payment routes below `/plural` included. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Looks at every payment whose verdict is due; call it every 30 seconds or so. */
  readonly sweep: (signal?: AbortSignal) => Promise<void>;
}

/** The merchant's side: a shop that takes its payments through the handler. The same on every runtime; `start/` has one file for each. */
export function createShop(options: ShopOptions): Shop {
  const { settings, data, store, files, background, log } = options;
  const { now = () => Date.now(), newId = () => crypto.randomUUID() } = options;
  const { fetch = (input, init) => globalThis.fetch(input, init) } = options;
  const { origin, plural: account } = settings;
  const orders = createOrders(data, now, () => `NL-${newId().replaceAll('-', '').slice(0, 8).toUpperCase()}`);
  const journal = createJournal({ data, now, background, log });
  const report = (error: unknown): void => {
    const line = problemLine(error);
    journal.write('problem', line);
    log(line);
  };

  const plural = createPlural({
    environment: { baseUrl: account.baseUrl },
    clientId: account.clientId,
    clientSecret: account.clientSecret,
    now,
    fetch,
  });
  const handler = createOtpHandler({
    plural,
    origin,
    store,
    returnSignature: { secretKey: account.returnSecretKey },
    returnPage: '/return',
    webhook: {
      secret: account.webhookSecret,
      onEvent: ({ event_type }) => journal.write('webhook', event_type),
    },
    async onVerdict(verdict) {
      // The unique key makes a verdict that is delivered twice count once.
      if (!(await orders.record({ ...verdict, feePaise: feeOf(verdict) }))) return;
      journal.write('verdict', `${verdict.outcome} ${verdict.merchantOrderReference}, found by ${verdict.source}`);
    },
    onReturn: ({ order_id, status }) => journal.write('return', `${order_id} came back with ${status}`),
    onEvent: ({ type, reference, issuer }) => {
      if (type !== 'verdict')
        journal.write('flow', `${type} ${reference}${issuer === undefined ? '' : ` (${issuer})`}`);
    },
    onProblem({ code, reference, operation, requestId }) {
      const parts = [code, operation, reference, requestId && `request ${requestId}`];
      const line = parts.filter((part) => part !== undefined).join(', ');
      journal.write('problem', line);
      log(line);
    },
    now,
    newId,
  });
  const otpPage = createOtpPage(handler);
  const cards = testCardsFrom(settings.cards, fetch);
  const desk = createDesk({ plural, handler, orders, journal, now, report });
  const route = routeTable({
    origin,
    bankOrigin: new URL(account.baseUrl).origin,
    files,
    orders,
    checkout: createCheckout({ plural, handler, orders, cards, report }),
    desk,
    cards,
    newSession: newId,
    noScriptForm: otpPage.form,
    openReference: (reference) => handler.openReference(reference),
    report,
  });

  const answerTo = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname.startsWith('/plural/')) return otpPage.fetch(request, { waitUntil: background });
    return misdirected(request, origin) ?? route(request);
  };
  return {
    fetch(request) {
      const answer = answerTo(request);
      // What was begun is ended also when the browser is gone.
      background(answer);
      return answer;
    },
    async sweep(signal) {
      try {
        await desk.sweep(signal);
      } catch (error) {
        report(error);
      }
    },
  };
}

/** The convenience fee of the payment the verdict is about, in paise. */
function feeOf({ order, paymentId }: PaymentVerdict): number {
  const payment = order.payments.find(({ id }) => id === paymentId);
  return payment?.convenience_fee_breakdown?.applicable_fee_amount?.value ?? 0;
}
