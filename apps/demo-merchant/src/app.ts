import { createPlural } from '@plural-otp/core';
import { createOtpHandler, type PaymentVerdict } from '@plural-otp/edge';
import type { BrowserFiles } from './browser-files.ts';
import { createCheckout } from './checkout.ts';
import { problemLine } from './checkout-problems.ts';
import type { Database } from './database.ts';
import { createDesk } from './desk.ts';
import { misdirected } from './http.ts';
import { createJournal } from './journal.ts';
import { createOrders } from './orders.ts';
import { createRecordStore } from './record-store.ts';
import { routeTable } from './routes.ts';
import type { Settings } from './settings.ts';
import { testCardsFrom } from './test-cards.ts';

export interface ShopOptions {
  readonly settings: Pick<Settings, 'origin' | 'plural' | 'cards'>;
  /** Opened with `openDatabase(path, recordTables)`. */
  readonly database: Database;
  readonly files: BrowserFiles;
  /** Takes a line for the developer; never holds a secret. */
  readonly log: (line: string) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  readonly newId?: () => string;
}

export interface Shop {
  /** Answers every request, the payment routes below `/plural` included. */
  fetch(request: Request): Promise<Response>;
  /** Looks at every payment whose verdict is due; call it every 30 seconds or so. */
  sweep(signal?: AbortSignal): Promise<void>;
}

/** The merchant's side: a shop that takes its payments through the handler. Keeps everything in its database. */
export function createShop(options: ShopOptions): Shop {
  const { settings, database, files, log } = options;
  const { now = () => Date.now(), newId = () => crypto.randomUUID(), fetch = globalThis.fetch } = options;
  const { origin, plural: account } = settings;
  const orders = createOrders(database, now, () => `NL-${newId().replaceAll('-', '').slice(0, 8).toUpperCase()}`);
  const journal = createJournal(database, now);
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
    store: createRecordStore(database, now),
    returnSignature: { secretKey: account.returnSecretKey },
    returnPage: '/return',
    webhook: {
      secret: account.webhookSecret,
      onEvent: ({ event_type }) => journal.write('webhook', event_type),
    },
    onVerdict(verdict) {
      // The unique key makes a verdict that is delivered twice count once.
      if (!orders.record({ ...verdict, feePaise: feeOf(verdict) })) return;
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
  const cards = testCardsFrom(settings.cards, fetch);
  const desk = createDesk({ plural, handler, orders, journal, database, now, report });
  const route = routeTable({
    origin,
    bankOrigin: new URL(account.baseUrl).origin,
    files,
    orders,
    checkout: createCheckout({ plural, handler, orders, cards, report }),
    desk,
    cards,
    newSession: newId,
    openReference: (reference) => handler.openReference(reference),
    report,
  });

  return {
    async fetch(request) {
      if (new URL(request.url).pathname.startsWith('/plural/')) return handler.fetch(request);
      return misdirected(request, origin) ?? route(request);
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
