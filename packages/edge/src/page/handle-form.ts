/** Handles a posted form: checks, action, response. */
import { isPluralError } from '@plural-otp/core';
import { parseForm, readBody } from '../http/body.ts';
import { hasContentType, isAllowedOrigin } from '../http/route-policy.ts';
import type { HandlerContext } from '../context.ts';
import { findEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { resolveReturnPage } from '../routes/return.ts';
import type { Session } from '../session/sealed-session.ts';
import { performFormAction, type FormActionResult } from './form-action.ts';
import { redirectPage, problemPage, stepPage, type FormContext, type PageLayout } from './templates.ts';
import { parseFormFields, type FormFields } from './form-fields.ts';
import type { PageResponder } from './page-response.ts';
import { toViewModel } from './view-model.ts';

/** Dependencies of handling a form. */
export interface PageContext {
  readonly context: HandlerContext;
  /** Path of the page. */
  readonly path: string;
  /** Returns the messages of a language, or else the default ones, with the merchant's styles. */
  readonly getLayout: (lang?: string) => PageLayout;
  readonly getResponder: () => Promise<PageResponder>;
}

const formBytes = 8192;

/** A request that gets a page with the reason instead of the step. */
interface RejectedForm {
  status: number;
  reason: 'refused' | 'expired' | 'unavailable';
  headers?: Record<string, string>;
  layout?: PageLayout | undefined;
  retryForm?: FormContext | undefined;
}

/** Performs the action of a posted form and responds with the step as it then stands. Never rejects. */
export async function handleForm(page: PageContext, request: Request): Promise<Response> {
  let layout: PageLayout | undefined;
  let formContext: FormContext | undefined;
  try {
    const fields = await validateRequest(page.context, request);
    if ('status' in fields) return await rejectForm(page, fields);
    const { lang } = fields;
    layout = page.getLayout(lang);
    formContext = { path: page.path, session: fields.session, lang, newId: page.context.newId };
    const session = await page.context.sealer.open(fields.session);
    if (!session || page.context.now() > session.readUntilMs) {
      return await rejectForm(page, { status: 401, reason: 'expired', layout });
    }
    return await renderAction(page, layout, formContext, session, fields);
  } catch (error) {
    page.context.reportError(error);
    const isStoreDown = isPluralError(error);
    const headers = isStoreDown ? { 'retry-after': '2' } : {};
    return rejectForm(page, {
      status: isStoreDown ? 503 : 500,
      reason: 'unavailable',
      headers,
      layout,
      retryForm: formContext,
    });
  }
}

/** Runs the same checks as the JSON routes, in their order. */
async function validateRequest(
  { settings, timers }: HandlerContext,
  request: Request,
): Promise<FormFields | RejectedForm> {
  const refused = (status: number, headers?: Record<string, string>): RejectedForm => ({
    status,
    reason: 'refused',
    ...(headers && { headers }),
  });
  const { headers, method } = request;
  if (method !== 'POST') return refused(405, { allow: 'POST' });
  if (!isAllowedOrigin(headers, settings)) return refused(403);
  if (!hasContentType(headers, 'application/x-www-form-urlencoded')) return refused(415);
  const bytes = await readBody(request, formBytes, timers);
  if (bytes === 'tooLarge') return refused(413);
  if (bytes === 'tooSlow') return refused(408);
  return parseFormFields(parseForm(bytes)) ?? refused(400);
}

async function renderAction(
  { context, getResponder }: PageContext,
  layout: PageLayout,
  formContext: FormContext,
  session: Session,
  fields: FormFields,
): Promise<Response> {
  const before = await context.repository.read(session.key);
  const wasKnown = findEntry(before, session.paymentId)?.idempotencyKeys.includes(fields.idempotencyKey) ?? false;
  const done = await performFormAction(context, session, fields);
  const { view } = done;
  const record = findEntry(before, session.paymentId) ? before : await context.repository.read(session.key);
  const shopUrl = getShopUrl(context, record, findEntry(record, session.paymentId), done);
  const respond = await getResponder();
  const { action } = fields;
  const { display, challengeUrl } = view;
  const { messages } = layout;
  const viewModel = toViewModel(view, messages, {
    action,
    sentBefore: action === 'submit' && wasKnown,
    error: done.error,
  });
  if (view.phase === 'authorized') {
    return respond(
      redirectPage(layout, { ...viewModel, url: shopUrl, link: viewModel.actions.shop ?? shopUrl, display }),
    );
  }
  if (action === 'bank' && challengeUrl !== undefined) {
    const { redirecting: title, redirectingText: text, bankMain: link } = messages;
    return respond(redirectPage(layout, { title, text, url: challengeUrl, link, display }));
  }
  const renewed = { ...formContext, session: view.session ?? formContext.session };
  return respond(stepPage(layout, { viewModel, display, formContext: renewed, shopUrl }));
}

function getShopUrl(
  context: HandlerContext,
  record: OrderRecord | undefined,
  entry: PaymentEntry | undefined,
  { view }: FormActionResult,
): string {
  return record && entry ? resolveReturnPage(context, record, entry, view.phase) : context.settings.origin;
}

async function rejectForm(
  { context, getLayout, getResponder }: PageContext,
  { status, reason, headers = {}, layout = getLayout(), retryForm }: RejectedForm,
): Promise<Response> {
  const { messages } = layout;
  const text = { refused: messages.refusedText, expired: messages.goOnText, unavailable: messages.unavailableText }[
    reason
  ];
  const shopUrl = `${context.settings.origin}/`;
  const markup = problemPage(layout, { title: messages[reason], text, retryForm, shopUrl });
  return (await getResponder())(markup, { status, headers });
}
