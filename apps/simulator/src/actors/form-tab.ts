/** A tab without script: the forms of the kit's own page. */
import type { StartedPayment } from '@plural-otp/edge';
import { rightOtp, wrongOtp } from '../checks/secrets.ts';
import type { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import type { BrowserNetwork } from '../network/browser-network.ts';
import { createShopRequest } from '../network/browser-network.ts';
import type { Isolate } from './isolate.ts';
import { submitOffers, type Tab, type TabAction } from './tab.ts';

type Fields = Readonly<Record<string, string>>;

const unescapeHtml = (markup: string): string =>
  markup.replaceAll(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

/** Reads the hidden fields of every form. */
const parseForms = (markup: string): readonly Fields[] =>
  [...markup.matchAll(/<form method="post"[^>]*>(.*?)<\/form>/gs)].map(([, content = '']) =>
    Object.fromEntries(
      [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)].map(
        ([, name = '', value = '']) => [name, unescapeHtml(value)],
      ),
    ),
  );

const longestDoublePressMs = 4000;

const formActions: Partial<Record<TabAction, string>> = {
  right: 'submit',
  wrong: 'submit',
  malformed: 'submit',
  twice: 'submit',
  wrongTwice: 'submit',
  resend: 'resend',
  bank: 'bank',
  cancel: 'cancel',
  check: 'check',
};

/** A tab whose page is plain HTML. */
export class FormTab implements Tab {
  readonly paymentId: string;
  bankUrl: string | undefined;
  isOver = false;
  status = 'form';
  readonly #context: WalkContext;
  readonly #network: BrowserNetwork;
  readonly #upstream: UpstreamCheck;
  readonly #clumsiness: number;
  readonly #pressed = new Set<string>();
  #forms: readonly Fields[];
  #isClosed = false;

  constructor(
    context: WalkContext,
    network: BrowserNetwork,
    upstream: UpstreamCheck,
    { page }: Isolate,
    { paymentId, client }: Pick<StartedPayment, 'paymentId' | 'client'>,
    clumsiness: number,
  ) {
    this.paymentId = paymentId;
    this.#clumsiness = clumsiness;
    this.#context = context;
    this.#network = network;
    this.#upstream = upstream;
    this.#forms = parseForms(page.form(client));
  }

  offers(): readonly (readonly [number, TabAction])[] {
    const offered = new Set(this.#forms.map((fields) => fields['action']));
    return [
      ...(offered.has('submit') ? submitOffers(this.#clumsiness) : []),
      ...(offered.has('resend') ? ([[2, 'resend']] as const) : []),
      ...(offered.has('bank') ? ([[2, 'bank']] as const) : []),
      ...(offered.has('cancel') ? ([[0.5, 'cancel']] as const) : []),
      // The form that leads to the page generates the first OTP.
      ...(offered.has('check') || offered.has('generate')
        ? ([
            [2, 'check'],
            [1, 'twice'],
          ] as const)
        : []),
    ];
  }

  act(action: TabAction): void {
    const wanted = formActions[action];
    const form =
      this.#forms.find((fields) => fields['action'] === wanted) ??
      this.#forms.find((fields) => fields['action'] === 'generate');
    if (!form) return;
    const typed = { malformed: '12 34', wrong: wrongOtp, wrongTwice: wrongOtp }[action as string] ?? rightOtp;
    const fields = form['action'] === 'submit' ? { ...form, otp: typed } : form;
    void this.#post(fields);
    if (action !== 'twice' && action !== 'wrongTwice') return;
    const { time, random } = this.#context;
    time.setTimeout(() => void this.#post(fields), random.integer(0, longestDoublePressMs));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #post(fields: Fields): Promise<void> {
    const { idempotencyKey = '', action } = fields;
    // A form that is posted twice is one press.
    if (action === 'generate') this.#upstream.onOpen(this.paymentId);
    if (action === 'resend' && !this.#pressed.has(idempotencyKey)) {
      this.#pressed.add(idempotencyKey);
      this.#upstream.onPress(this.paymentId);
    }
    const body = new URLSearchParams(fields).toString();
    try {
      const request = createShopRequest('/plural/page', 'application/x-www-form-urlencoded', body);
      const response = await this.#network.send(request, idempotencyKey, true);
      this.#show(response.status, await response.text());
    } catch {
      // The browser shows its own error page; going back shows the form again.
    }
  }

  #show(status: number, markup: string): void {
    if (this.#isClosed) return;
    const [, refresh] = /<meta http-equiv="refresh" content="0; url=([^"]*)" \/>/.exec(markup) ?? [];
    const url = refresh === undefined ? undefined : unescapeHtml(refresh);
    const forms = parseForms(markup);
    this.status = `form ${status}`;
    if (url?.includes('/web/auth/')) this.bankUrl = url;
    else if (url !== undefined) this.isOver = true;
    // An error page without forms leaves the customer with the page before it.
    if (forms.length > 0) this.#forms = forms;
  }
}
