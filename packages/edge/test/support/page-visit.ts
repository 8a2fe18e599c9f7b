import { createOtpPage, type OtpPage, type OtpPageOptions, type PageClient } from '@plural-otp/edge/page';
import type { StartPaymentInput } from '../../src/operations/started-payment.ts';
import { Clock, openTill, patient, shopOrigin, type Till, type TillOptions, type Wait } from './test-shop.ts';

/** A form of a page, as a browser would send it. */
export interface DrawnForm {
  action: string;
  fields: Record<string, string>;
  button: string;
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescaped = (markup: string): string =>
  markup.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (text) => entities[text] ?? '');

/** The words of markup. */
export const wordsOf = (markup: string): string =>
  unescaped(markup.replaceAll(/<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/gs, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();

export function formsIn(markup: string): DrawnForm[] {
  return [...markup.matchAll(/<form method="post" action="([^"]*)" autocomplete="off">(.*?)<\/form>/gs)].map(
    ([, action = '', content = '']) => ({
      action: unescaped(action),
      fields: Object.fromEntries(
        [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)].map(
          ([, name = '', value = '']) => [name, unescaped(value)],
        ),
      ),
      button: wordsOf(/<button.*<\/button>/s.exec(content)?.[0] ?? ''),
    }),
  );
}

export interface PostOptions {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: BodyInit;
}

/** A request for the page. */
export function pageRequest(
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

/** A browser without script: it shows one page, and sends that page's forms. */
export class Visit {
  readonly page: OtpPage;
  status = 0;
  headers = new Headers();
  markup = '';
  /** Everything that was ever answered: headers and markup. */
  readonly seen: { headers: string; markup: string }[] = [];

  constructor(page: OtpPage, client: PageClient, options?: { lang?: string }) {
    this.page = page;
    this.markup = page.form(client, options);
  }
  get words(): string {
    return wordsOf(this.markup);
  }
  get title(): string {
    return unescaped(/<title>(.*?)<\/title>/s.exec(this.markup)?.[1] ?? '');
  }
  get actions(): string[] {
    return formsIn(this.markup).map(({ fields }) => fields['action'] ?? '');
  }
  form(deed: string): DrawnForm {
    const form = formsIn(this.markup).find(({ fields }) => fields['action'] === deed);
    if (!form) throw new Error(`no form to ${deed} among ${this.actions.join(', ')}: ${this.words}`);
    return form;
  }
  /** The words of the button that stands out, or of the link. */
  get primary(): string {
    return wordsOf(/<(button|a) class="primary[^>]*>.*?<\/\1>/s.exec(this.markup)?.[0] ?? '');
  }
  /** Where the page goes on by itself. */
  get redirectUrl(): string | undefined {
    const [, url] = /<meta http-equiv="refresh" content="0; url=([^"]*)" \/>/.exec(this.markup) ?? [];
    return url === undefined ? undefined : unescaped(url);
  }
  async send(form: DrawnForm, more: Record<string, string> = {}, options?: PostOptions): Promise<this> {
    const answer = await this.page.fetch(pageRequest({ ...form.fields, ...more }, options));
    this.status = answer.status;
    this.headers = answer.headers;
    this.markup = await answer.text();
    this.seen.push({ headers: JSON.stringify([...answer.headers]), markup: this.markup });
    return this;
  }
  press(deed: string, more?: Record<string, string>): Promise<this> {
    return this.send(this.form(deed), more);
  }
  enter(otp: string): Promise<this> {
    return this.press('submit', { otp });
  }
}

export interface Visited {
  till: Till;
  visit: Visit;
  orderId: string;
  paymentId: string;
  /** Milliseconds of each pause the page made, in order. */
  pausesMs: number[];
}

/** A payment whose customer has no script, on the merchant's page that leads to the step. */
export async function visited({
  card,
  pageOptions,
  display,
  ...options
}: TillOptions & {
  card?: string;
  pageOptions?: OtpPageOptions;
  display?: StartPaymentInput['display'];
} = {}): Promise<Visited> {
  const clock = options.clock ?? new Clock();
  const pausesMs: number[] = [];
  // Pauses pass on the clock; a time limit never runs out.
  const wait: Wait = (ms, signal) => {
    if (signal === undefined) {
      pausesMs.push(ms);
      clock.forward(ms / 1000);
    }
    return patient(ms, signal);
  };
  const till = openTill({ wait, ...options, clock });
  const page = createOtpPage(till.handler, pageOptions);
  const orderId = await till.order();
  const { client, paymentId } = await till.start(orderId, {
    ...(card !== undefined && { card }),
    ...(display !== undefined && { display }),
  });
  return { till, visit: new Visit(page, client), orderId, paymentId, pausesMs };
}

/** The same, with the code sent and asked for. */
export async function asked(options: Parameters<typeof visited>[0] = {}): Promise<Visited> {
  const made = await visited(options);
  await made.visit.press('generate');
  return made;
}
