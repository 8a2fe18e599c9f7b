import { isPluralError } from '@plural-otp/core';
import { parseForm, readBody } from '../http/body.ts';
import { hasContentType, isSameOrigin } from '../http/route-policy.ts';
import type { HandlerContext } from '../context.ts';
import { findEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { resolveReturnPage } from '../routes/return.ts';
import type { Session } from '../session/sealed-session.ts';
import { doDeed, type DeedDone } from './form-action.ts';
import { onwardPage, problemPage, stepPage, type FormCarrier, type Frame } from './templates.ts';
import { readFormFields, type FormFields } from './form-fields.ts';
import type { AnswerWithPage } from './page-response.ts';
import { screenOf } from './view-model.ts';

/** What the page answers with. */
export interface PageParts {
  readonly parts: HandlerContext;
  /** The path of the page. */
  readonly action: string;
  /** The words of a language, where there are some, and the merchant's styles. */
  readonly frameOf: (lang?: string) => Frame;
  readonly answers: () => Promise<AnswerWithPage>;
}

const formBytes = 8192;

/** A request that gets a page saying why it gets no step. */
interface Refusal {
  status: number;
  why: 'refused' | 'expired' | 'unavailable';
  headers?: Record<string, string>;
  frame?: Frame;
  again?: FormCarrier;
}

/** Answers a form of the page, or of the merchant's, with the step as it then stands. Never rejects. */
export async function answerForm(page: PageParts, request: Request): Promise<Response> {
  const fields = await checkedFields(page.parts, request);
  if ('status' in fields) return refuse(page, fields);
  const { lang } = fields;
  const frame = page.frameOf(lang);
  const carrier = { action: page.action, session: fields.session, lang, newId: page.parts.newId };
  try {
    const session = await page.parts.sealer.open(fields.session);
    if (!session || page.parts.now() > session.readUntilMs) {
      return await refuse(page, { status: 401, why: 'expired', frame });
    }
    return await answerDeed(page, frame, carrier, session, fields);
  } catch (error) {
    page.parts.reportError(error);
    const isStoreDown = isPluralError(error);
    const headers = isStoreDown ? { 'retry-after': '2' } : {};
    return refuse(page, { status: isStoreDown ? 503 : 500, why: 'unavailable', headers, frame, again: carrier });
  }
}

/** The same checks as the JSON routes', in their order. */
async function checkedFields({ settings, wait }: HandlerContext, request: Request): Promise<FormFields | Refusal> {
  const refused = (status: number, headers?: Record<string, string>): Refusal => ({
    status,
    why: 'refused',
    ...(headers && { headers }),
  });
  const { headers, method } = request;
  if (method !== 'POST') return refused(405, { allow: 'POST' });
  if (!isSameOrigin(headers, settings)) return refused(403);
  if (!hasContentType(headers, 'application/x-www-form-urlencoded')) return refused(415);
  const bytes = await readBody(request, formBytes, wait);
  if (bytes === 'tooLarge') return refused(413);
  if (bytes === 'tooSlow') return refused(408);
  return readFormFields(parseForm(bytes)) ?? refused(400);
}

async function answerDeed(
  { parts, answers: ready }: PageParts,
  frame: Frame,
  carrier: FormCarrier,
  session: Session,
  fields: FormFields,
): Promise<Response> {
  const before = await parts.repository.read(session.key);
  const wasKnown = findEntry(before, session.paymentId)?.idempotencyKeys.includes(fields.idempotencyKey) ?? false;
  const done = await doDeed(parts, session, fields);
  const { view } = done;
  const record = findEntry(before, session.paymentId) ? before : await parts.repository.read(session.key);
  const shopUrl = shopUrlOf(parts, record, findEntry(record, session.paymentId), done);
  const answerWith = await ready();
  const { deed } = fields;
  const { display, challengeUrl } = view;
  const { words } = frame;
  const screen = screenOf(view, words, { deed, sentBefore: deed === 'submit' && wasKnown, refusal: done.refusal });
  if (view.phase === 'authorized') {
    return answerWith(onwardPage(frame, { ...screen, url: shopUrl, link: screen.acts.shop ?? shopUrl, display }));
  }
  if (deed === 'bank' && challengeUrl !== undefined) {
    const { redirecting: title, redirectingText: text, bankMain: link } = words;
    return answerWith(onwardPage(frame, { title, text, url: challengeUrl, link, display }));
  }
  const renewed = { ...carrier, session: view.session ?? carrier.session };
  return answerWith(stepPage(frame, { screen, display, carrier: renewed, shopUrl }));
}

function shopUrlOf(
  parts: HandlerContext,
  record: OrderRecord | undefined,
  entry: PaymentEntry | undefined,
  { view }: DeedDone,
): string {
  return record && entry ? resolveReturnPage(parts, record, entry, view.phase) : parts.settings.origin;
}

async function refuse(
  { parts, frameOf, answers }: PageParts,
  { status, why, headers = {}, frame = frameOf(), again }: Refusal,
): Promise<Response> {
  const { words } = frame;
  const text = { refused: words.refusedText, expired: words.goOnText, unavailable: words.unavailableText }[why];
  const shopUrl = `${parts.settings.origin}/`;
  const markup = problemPage(frame, { title: words[why], text, again, shopUrl });
  return (await answers())(markup, { status, headers });
}
