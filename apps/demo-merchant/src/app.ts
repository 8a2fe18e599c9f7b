/** The shop: takes card payments through the OTP handler. Uses only what every runtime has; `runtimes/` starts it. */

import { createPlural, findCapture } from '@plural-otp/core';
import { createOtpHandler, type PaymentStore, type PaymentVerdict } from '@plural-otp/edge';
import { createOtpPage } from '@plural-otp/edge/page';
import { createInsight, memoryInsight, type InsightStore } from '@plural-otp/insight';
import { createInsightPage } from '@plural-otp/insight/page';
import type { BrowserFiles } from './browser-files.ts';
import { createCheckout } from './checkout.ts';
import { formatProblem } from './checkout-problems.ts';
import { createDemoPhone } from './demo-phone.ts';
import { pageLocales } from './languages.ts';
import { captureReference, createActions } from './merchant/actions.ts';
import type { Overview } from './merchant/overview.ts';
import { createLogin } from './merchant/login.ts';
import { createMerchantRoutes } from './merchant/routes.ts';
import { otpPageStyles } from './pages/otp-page-styles.ts';
import { redirectToCanonicalOrigin } from './http.ts';
import { createActivityLog } from './activity-log.ts';
import { createOrders } from './orders.ts';
import { createRouter } from './routes.ts';
import type { Settings } from './settings.ts';
import type { ShopRepository } from './repository.ts';
import { createSavedCards } from './saved-cards.ts';
import { createTestCardLoader } from './test-cards.ts';

/** Options of {@link createShop}. */
export interface ShopOptions {
  readonly settings: Pick<Settings, 'origin' | 'plural' | 'cards' | 'merchant'>;
  /** Storage of the shop's own orders. */
  readonly repository: ShopRepository;
  /** Queries of the merchant's page over all orders. */
  readonly overview: Overview;
  /** Storage of what customers do at the step; memory unless given. */
  readonly insightStore?: InsightStore;
  /** Marks payments as simulated, which the merchant's pages say. */
  readonly simulated?: boolean;
  /** Storage of the handler's payment records. */
  readonly store: PaymentStore;
  readonly files: BrowserFiles;
  /** Keeps background work alive after the response is sent: the platform's `waitUntil`, or a process that stays up. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Writes a line for the developer; lines never contain a secret. */
  readonly log: (line: string) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  readonly newId?: () => string;
}

/** The running shop. */
export interface Shop {
  /** Handles every request, including the payment routes below `/plural`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Checks every payment whose verdict is due; call it about every 30 seconds. */
  readonly sweep: (signal?: AbortSignal) => Promise<void>;
  /** Does what is due on one payment record, for a store that keeps its own schedule. */
  readonly wake: (key: string) => Promise<unknown>;
}

const dayMs = 86_400_000;

/** Creates the shop from its settings and storage. */
export function createShop(options: ShopOptions): Shop {
  const { settings, repository, overview, store, files, waitUntil, log } = options;
  const { now = () => Date.now(), newId = () => crypto.randomUUID() } = options;
  const { fetch = (input, init) => globalThis.fetch(input, init) } = options;
  const { origin, plural: account } = settings;
  const orders = createOrders(repository, now, () => `NL-${newId().replaceAll('-', '').slice(0, 8).toUpperCase()}`);
  const activityLog = createActivityLog({ repository, now, waitUntil, log });
  const report = (error: unknown): void => {
    const line = formatProblem(error);
    activityLog.write('problem', line);
    log(line);
  };

  const insight = createInsight({
    store: options.insightStore ?? memoryInsight(),
    secret: `insight ${settings.merchant.secret}`,
    simulated: options.simulated ?? false,
    onProblem: ({ code, lost }) => report(new Error(`${code}, ${lost} payments not kept`)),
    now,
  });
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
      async onEvent({ event_type, data }) {
        if (data.order_id !== undefined) activityLog.write('webhook', event_type, data.order_id);
        await actions.noteRefund(data['merchant_order_reference'], event_type);
      },
    },
    async onVerdict(verdict) {
      // Delivery is at least once: the unique key makes a repeated verdict a no-op.
      const { outcome, source, merchantOrderReference: number } = verdict;
      const amount = findCapture(verdict.order, captureReference(number))?.capture_amount ?? verdict.amount;
      if (!(await orders.record({ ...verdict, amount, feePaise: getFeePaise(verdict) }))) return;
      activityLog.write('verdict', `${outcome}, learned from ${source}`, number);
    },
    onReturn: ({ order_id, status }) => activityLog.write('return', `returned with ${status}`, order_id),
    onEvent(event) {
      if (event.type !== 'verdict') activityLog.write('flow', event.type, event.reference);
      return insight.hooks.onEvent(event);
    },
    onProblem({ code, reference, operation, requestId }) {
      const details = [code, operation, requestId && `request ${requestId}`];
      const line = details.filter((part) => part !== undefined).join(', ');
      activityLog.write('problem', line, reference);
      log([line, reference].filter(Boolean).join(', '));
    },
    now,
    newId,
  });
  const otpPage = createOtpPage(handler, { styles: otpPageStyles, locales: pageLocales });
  const cards = createTestCardLoader(settings.cards, fetch);
  const savedCards = createSavedCards({ plural, repository, cards });
  const actions = createActions({ plural, handler, orders, repository, activityLog, now, report });
  const login = createLogin(settings.merchant, origin, now);
  const look = files.own['insight-look.css'];
  const insightPage = createInsightPage(insight, {
    basePath: '/merchant/insight',
    authorize: (request) => login.isStaff(request),
    home: { url: '/merchant', name: 'Payments' },
    ...(look !== undefined && { styleSheetUrl: look }),
  });
  const route = createRouter({
    origin,
    bankOrigin: new URL(account.baseUrl).origin,
    files,
    orders,
    checkout: createCheckout({ plural, handler, orders, cards, savedCards, report }),
    cards,
    savedCards,
    phone: createDemoPhone(cards, fetch),
    merchant: createMerchantRoutes({
      origin,
      own: files.own,
      actions,
      login,
      overview,
      orders,
      repository,
      insight,
      insightPage,
      cards,
      sandboxOrigin: 'sandboxUrl' in settings.cards ? new URL(settings.cards.sandboxUrl).origin : undefined,
      now,
      report,
    }),
    newSession: newId,
    noScriptForm: otpPage.form,
    openReference: (reference) => handler.openReference(reference),
    report,
  });

  const handle = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname.startsWith('/plural/')) return otpPage.fetch(request, { waitUntil });
    return redirectToCanonicalOrigin(request, origin) ?? route(request);
  };
  let insightSweptAtMs = Number.NEGATIVE_INFINITY;
  /** Counts past days of the insight and removes its old rows, once a day. A failure waits for the next day. */
  const sweepInsight = async (): Promise<void> => {
    if (now() - insightSweptAtMs < dayMs) return;
    insightSweptAtMs = now();
    await insight.sweep().catch(report);
  };
  return {
    fetch(request) {
      const response = handle(request);
      // A payment that was started completes even if the browser disconnects.
      waitUntil(response);
      return response;
    },
    async sweep(signal) {
      try {
        await actions.sweep(signal);
      } catch (error) {
        report(error);
      }
      await sweepInsight();
    },
    wake(key) {
      // A store that keeps its own schedule calls no sweep.
      waitUntil(sweepInsight());
      return handler.wake(key);
    },
  };
}

/** Returns the convenience fee of the verdict's payment, in paise. */
function getFeePaise({ order, paymentId }: PaymentVerdict): number {
  const payment = order.payments.find(({ id }) => id === paymentId);
  return payment?.convenience_fee_breakdown?.applicable_fee_amount?.value ?? 0;
}
