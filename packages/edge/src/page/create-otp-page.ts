import { PluralError } from '@plural-otp/core';
import type { PaymentView } from '@plural-otp/flow/contract';
import type { OtpHandler } from '../handler.ts';
import { getContext } from '../handler-internals.ts';
import { waitUntilFrom } from '../lib/wait-until.ts';
import { handleForm, type PageContext } from './handle-form.ts';
import { actionForm, styleSheet, type PageLayout } from './templates.ts';
import { html } from './html.ts';
import { createPageResponder, type PageResponder } from './page-response.ts';
import { pageOnlyMessages } from './locales.ts';
import { english, type PageMessages } from './messages.ts';

export interface OtpPageOptions {
  /**
   * Words by language tag, for example the element's languages, beside which the page has its own; what one leaves out
   * is English.
   */
  locales?: Readonly<Record<string, Partial<PageMessages>>>;
  /** The language where a form names none. @default 'en' */
  lang?: string;
  /** CSS after the page's own, for example `:root { --plural-otp-accent: #05603a }`. */
  styles?: string;
}

/** The words for a language tag, or else for what is left of it subtag by subtag: `hi-Deva-IN`, `hi-Deva`, `hi`. */
function resolveLocale(
  tag: string,
  locales: NonNullable<OtpPageOptions['locales']>,
): Partial<PageMessages> | undefined {
  let rest = tag;
  while (rest !== '' && !Object.hasOwn(locales, rest)) rest = rest.replace(/-?[^-]*$/, '');
  return Object.hasOwn(locales, rest) ? locales[rest] : undefined;
}

/** A locale's words with the page's own of the same language; what neither has is English. */
function withDefaults(locale: Partial<PageMessages> = {}): PageMessages {
  const [language = ''] = (locale.language ?? '').split('-');
  return { ...english, ...pageOnlyMessages[language], ...locale };
}

/** What a payment's page needs to lead here: `client` of `startPayment`, `resumePayment` and `openReference`. */
export interface PageClient {
  session: string;
  view: PaymentView;
}

/** The step as plain HTML forms, for browsers without script. Its methods are bound. */
export interface OtpPage {
  /** Answers `page` below the handler's base path, and hands everything else to the handler. Never rejects. */
  readonly fetch: (request: Request, context?: unknown) => Promise<Response>;
  /**
   * The form that leads to the page, for the `<noscript>` of the merchant's own; markup, without styles. The session
   * travels in its body.
   */
  readonly form: (client: PageClient, options?: { lang?: string }) => string;
}

/**
 * Draws the step of a handler without script, for a merchant who mounts this in place of the handler. The customer
 * comes by `form`, and goes on to the handler's `returnPage` once the payment has ended.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, when `handler` is not what `createOtpHandler` gave, or an option is wrong.
 */
export function createOtpPage(handler: OtpHandler, options: OtpPageOptions = {}): OtpPage {
  const parts = getContext(handler);
  const { locales = {}, lang: standard = 'en', styles = '' } = options;
  const issues: { path: string; expected: string }[] = [];
  if (standard !== 'en' && !resolveLocale(standard, locales)) {
    issues.push({ path: 'lang', expected: "'en' or a language of locales" });
  }
  if (styles.includes('<')) issues.push({ path: 'styles', expected: "CSS without '<'" });
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { issues });

  const getLayout = (lang: string = standard): PageLayout => ({
    messages: withDefaults(resolveLocale(lang, locales)),
    styles,
  });
  const { basePath, origin } = parts.settings;
  const path = `${basePath}/page`;
  let responder: PageResponder | undefined;
  // The responder is cached and never its promise: on workerd one request cannot wait for a promise of another that has ended.
  const getResponder = async (): Promise<PageResponder> =>
    (responder ??= await createPageResponder(styleSheet(styles)));
  const page: Omit<PageContext, 'parts'> = { path, getLayout, getResponder };

  return Object.freeze<OtpPage>({
    async fetch(request, context) {
      if (new URL(request.url).pathname !== path) return handler.fetch(request, context);
      const kept = { ...parts, waitUntil: waitUntilFrom(context) };
      const work = handleForm({ ...page, parts: kept }, request);
      // The action completes when the customer is gone, also where the runtime would end it with the request.
      kept.waitUntil(work);
      return work;
    },
    form({ session, view }, { lang } = {}) {
      const { messages } = getLayout(lang);
      const isFresh = view.phase === 'ready' && view.problem === undefined;
      const formContext = { path: `${origin}${path}`, session, lang, newId: parts.newId };
      const button = html`<button type="submit">${isFresh ? messages.start : messages.idle}</button>`;
      return actionForm(formContext, isFresh ? 'generate' : 'check', button).markup;
    },
  });
}
