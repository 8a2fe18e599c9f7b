/** A browser without script, as a test drives it: reads the forms of a page and posts them. */
import { createOtpPage, type OtpPage, type OtpPageOptions, type PageClient } from '@plural-otp/edge/page';
import type { StartPaymentInput } from '../../src/operations/started-payment.ts';
import {
  Clock,
  createTestShop,
  instantSleep,
  shopOrigin,
  type TestShop,
  type TestShopOptions,
  type Wait,
} from './test-shop.ts';

/** A form of a page: its action URL, hidden fields and the label of its button. */
export interface RenderedForm {
  action: string;
  fields: Record<string, string>;
  button: string;
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescapeHtml = (markup: string): string =>
  markup.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (text) => entities[text] ?? '');

/** Returns the visible text of markup, with white space collapsed. */
export const toText = (markup: string): string =>
  unescapeHtml(markup.replaceAll(/<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/gs, ' '))
    .replaceAll(/\s+/g, ' ')
    // Invisible: they isolate a name or an amount.
    .replaceAll(/[\u2068\u2069]/g, '')
    .trim();

/** Parses the POST forms of a page. */
export function parseForms(markup: string): RenderedForm[] {
  return [...markup.matchAll(/<form method="post" action="([^"]*)" autocomplete="off">(.*?)<\/form>/gs)].map(
    ([, action = '', content = '']) => ({
      action: unescapeHtml(action),
      fields: Object.fromEntries(
        [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)].map(
          ([, name = '', value = '']) => [name, unescapeHtml(value)],
        ),
      ),
      button: toText(/<button.*<\/button>/s.exec(content)?.[0] ?? ''),
    }),
  );
}

/** Changes to a form post, for requests that the page must reject. */
export interface PostOptions {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: BodyInit;
}

/** Creates a form post to the page, as a browser on the shop's origin sends it. */
export function createFormRequest(
  fields: Record<string, string>,
  { method = 'POST', headers, body }: PostOptions = {},
): Request {
  const all = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    origin: shopOrigin,
    ...headers,
  };
  return new Request(`${shopOrigin}/plural/page`, {
    method,
    headers: Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ...(method === 'GET' ? {} : { body: body ?? new URLSearchParams(fields).toString(), duplex: 'half' }),
  });
}

/** A customer without script: holds the current page and sends its forms. */
export class PageVisit {
  readonly page: OtpPage;
  status = 0;
  headers = new Headers();
  markup = '';
  /** Headers and markup of each response so far. */
  readonly responses: { headers: string; markup: string }[] = [];

  constructor(page: OtpPage, client: PageClient, options?: { lang?: string }) {
    this.page = page;
    this.markup = page.form(client, options);
  }
  /** Visible text of the page. */
  get text(): string {
    return toText(this.markup);
  }
  /** Title of the document. */
  get title(): string {
    return unescapeHtml(/<title>(.*?)<\/title>/s.exec(this.markup)?.[1] ?? '');
  }
  /** Actions that the page's forms offer, in order. */
  get actions(): string[] {
    return parseForms(this.markup).map(({ fields }) => fields['action'] ?? '');
  }
  /**
   * Returns the form of an action.
   * @throws {Error} when the page has none.
   */
  form(action: string): RenderedForm {
    const form = parseForms(this.markup).find(({ fields }) => fields['action'] === action);
    if (!form) throw new Error(`no form for ${action} among ${this.actions.join(', ')}: ${this.text}`);
    return form;
  }
  /** Label of the primary button or link. */
  get primary(): string {
    return toText(/<(button|a) class="primary[^>]*>.*?<\/\1>/s.exec(this.markup)?.[0] ?? '');
  }
  /** URL that the page redirects to by itself. */
  get redirectUrl(): string | undefined {
    const [, url] = /<meta http-equiv="refresh" content="0; url=([^"]*)" \/>/.exec(this.markup) ?? [];
    return url === undefined ? undefined : unescapeHtml(url);
  }
  /** Posts a form, with further fields, and shows the response. */
  async send(form: RenderedForm, more: Record<string, string> = {}, options?: PostOptions): Promise<this> {
    const response = await this.page.fetch(createFormRequest({ ...form.fields, ...more }, options));
    this.status = response.status;
    this.headers = response.headers;
    this.markup = await response.text();
    this.responses.push({ headers: JSON.stringify([...response.headers]), markup: this.markup });
    return this;
  }
  /** Presses the button of an action. */
  press(action: string, more?: Record<string, string>): Promise<this> {
    return this.send(this.form(action), more);
  }
  /** Types an OTP and submits it. */
  enter(otp: string): Promise<this> {
    return this.press('submit', { otp });
  }
}

/** A started payment and the visit of its customer. */
export interface PageFixture {
  shop: TestShop;
  visit: PageVisit;
  orderId: string;
  paymentId: string;
  /** Milliseconds of each pause the page made between polls, in order. */
  pausesMs: number[];
}

/** Starts a payment and opens the merchant's page that leads a customer without script to the OTP step. */
export async function visitPage({
  card,
  pageOptions,
  display,
  ...options
}: TestShopOptions & {
  card?: string;
  pageOptions?: OtpPageOptions;
  display?: StartPaymentInput['display'];
} = {}): Promise<PageFixture> {
  const clock = options.clock ?? new Clock();
  const pausesMs: number[] = [];
  // Pauses advance the clock; time limits never run out.
  const wait: Wait = (ms, signal) => {
    if (signal === undefined) {
      pausesMs.push(ms);
      clock.advance(ms / 1000);
    }
    return instantSleep(ms, signal);
  };
  const shop = createTestShop({ wait, ...options, clock });
  const page = createOtpPage(shop.handler, pageOptions);
  const orderId = await shop.createOrder();
  const { client, paymentId } = await shop.startPayment(orderId, {
    ...(card !== undefined && { card }),
    ...(display !== undefined && { display }),
  });
  return { shop, visit: new PageVisit(page, client), orderId, paymentId, pausesMs };
}

/** Opens the step and generates an OTP. */
export async function visitAndPrompt(options: Parameters<typeof visitPage>[0] = {}): Promise<PageFixture> {
  const made = await visitPage(options);
  await made.visit.press('generate');
  return made;
}
