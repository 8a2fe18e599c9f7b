/** `./page`: the step as plain HTML forms, for browsers without script. */
import { PluralError } from '@plural-otp/core';
import type { PaymentView } from '@plural-otp/flow/contract';
import { englishPage, localeKey, type PageMessages, resolveLocale } from '@plural-otp/flow/presentation';
import type { OtpHandler } from '../handler.ts';
import { forRequest } from '../context.ts';
import { getContext } from '../handler-internals.ts';
import { waitUntilFrom } from '../lib/wait-until.ts';
import { handleForm, type PageContext } from './handle-form.ts';
import { actionForm, styleSheet, type PageLayout } from './templates.ts';
import { html } from './html.ts';
import { createPageResponder, type PageResponder } from './page-response.ts';

export interface OtpPageOptions {
  /** Messages by language tag, for example those of `@plural-otp/edge/page/locales/`; what one leaves out is English. */
  locales?: Readonly<Record<string, Partial<PageMessages>>>;
  /** The language of a form that names none. @default 'en' */
  lang?: string;
  /** CSS after the page's own, for example `:root { --plural-otp-accent: #05603a }`. */
  styles?: string;
}

/** The payment of a page: `client` of `startPayment`, `resumePayment` and `openReference`. */
export interface PageClient {
  session: string;
  view: PaymentView;
}

/** The step as plain HTML forms, for browsers without script. Its methods are bound. */
export interface OtpPage {
  /** Handles `page` below the handler's base path, and passes every other request to the handler. Never rejects. */
  readonly fetch: (request: Request, context?: unknown) => Promise<Response>;
  /**
   * Returns the form that leads to the page, for the `<noscript>` of the merchant's own: markup without styles. The
   * session travels in its body.
   */
  readonly form: (client: PageClient, options?: { lang?: string }) => string;
}

/**
 * Creates the page without script of a handler; the merchant mounts it in place of the handler. The customer arrives by
 * `form`, and continues to the handler's `returnPage` once the payment has ended.
 *
 * @example
 * ```ts
 * import type { OtpHandler } from '@plural-otp/edge';
 * import { createOtpPage, type PageClient } from '@plural-otp/edge/page';
 * import { hi } from '@plural-otp/edge/page/locales/hi.js';
 *
 * export function mountPage(handler: OtpHandler, client: PageClient) {
 *   const page = createOtpPage(handler, { locales: { hi }, lang: 'hi' });
 *   return { fetch: page.fetch, noscript: `<noscript>${page.form(client)}</noscript>` };
 * }
 * ```
 *
 * @throws {PluralError} `OPTIONS_INVALID` when `handler` was not returned by `createOtpHandler`, or an option is invalid.
 */
export function createOtpPage(handler: OtpHandler, options: OtpPageOptions = {}): OtpPage {
  const context = getContext(handler);
  const { lang: defaultLang = 'en', styles = '' } = options;
  const locales = new Map(Object.entries(options.locales ?? {}).map(([tag, locale]) => [localeKey(tag), locale]));
  const issues: { path: string; expected: string }[] = [];
  if (defaultLang !== 'en' && !resolveLocale(defaultLang, locales)) {
    issues.push({ path: 'lang', expected: "'en' or a language of locales" });
  }
  if (styles.includes('<')) issues.push({ path: 'styles', expected: "CSS without '<'" });
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { issues });

  const getLayout = (lang: string = defaultLang): PageLayout => ({
    messages: { ...englishPage, ...resolveLocale(lang, locales) },
    styles,
  });
  const { basePath, origin } = context.settings;
  const path = `${basePath}/page`;
  let responder: PageResponder | undefined;
  // Cached is the responder and never its promise: on workerd a request cannot wait for the promise of an ended one.
  const getResponder = async (): Promise<PageResponder> =>
    (responder ??= await createPageResponder(styleSheet(styles)));
  const page: Omit<PageContext, 'context'> = { path, getLayout, getResponder };

  return Object.freeze<OtpPage>({
    async fetch(request, runtime) {
      if (new URL(request.url).pathname !== path) return handler.fetch(request, runtime);
      const waitUntil = waitUntilFrom(runtime);
      const work = handleForm({ ...page, context: forRequest(context, waitUntil) }, request);
      // The action completes also when the customer is gone and the runtime would end it with the request.
      waitUntil(work);
      return work;
    },
    form({ session, view }, { lang } = {}) {
      const { messages } = getLayout(lang);
      const isFresh = view.phase === 'ready' && view.problem === undefined;
      const formContext = { path: `${origin}${path}`, session, lang, newId: context.newId };
      const label = view.problem?.code === 'SESSION_READ_ONLY' ? 'check' : 'idle';
      const button = html`<button type="submit">${messages[isFresh ? 'start' : label]}</button>`;
      return actionForm(formContext, isFresh ? 'generate' : 'check', button).markup;
    },
  });
}
