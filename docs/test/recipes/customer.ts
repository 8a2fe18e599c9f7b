/** A customer of a recipe's shop, with nothing but `fetch`. */

import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@plural-otp/flow/contract';
import { vi } from 'vitest';

/** Receipt of an order: without a phase where the shop is not written in TypeScript. */
interface Receipt {
  phase?: PaymentView['phase'];
  outcomes: string[];
}

/** Status and parsed body of a response. */
export interface JsonResponse<Body> {
  status: number;
  body: Body;
}

const card = {
  name: 'Test Card',
  card_number: '4012001037141112',
  cvv: '123',
  expiry_month: '12',
  expiry_year: '2030',
};

/** Timeout and interval of polling, in milliseconds; generous, because test machines are busy. */
export const waitOptions = { timeout: 30_000, interval: 100 };

interface CustomerOptions {
  address?: string;
  receipt?: string;
}

/** Path of the receipts in the shop of a recipe. */
export const receiptPathOf = (recipe: string): string =>
  recipe === 'php' || recipe === 'python' ? 'order' : 'thank-you';

/** Customer who buys one item from the shop at an origin. */
export class Customer {
  readonly order: string = randomUUID();
  readonly #origin: string;
  readonly #address: string;
  readonly #receipt: string;
  #session = '';
  view!: PaymentView;

  /** `address` is where the shop is reached, if that is not its origin; `receipt` is the path of its receipts. */
  constructor(origin: string, { address = origin, receipt = 'thank-you' }: CustomerOptions = {}) {
    this.#origin = origin;
    this.#address = address;
    this.#receipt = receipt;
  }

  /** Requests the payment; a second request is for the same one. */
  async pay(change: object = {}): Promise<JsonResponse<Record<string, unknown>>> {
    const form = { order: this.order, attempt: 1, item: 'darjeeling-100g', card, device: {}, ...change };
    const response = await this.#post('pay', form);
    const { session, view } = response.body as { session?: string; view?: PaymentView };
    if (session !== undefined && view) {
      this.#session = session;
      this.view = view;
    }
    return response;
  }

  /** Sends an action as `<plural-otp>` does, and stores the view of the response. */
  async performAction(route: string, more: object = {}, origin = this.#origin): Promise<JsonResponse<PaymentView>> {
    const body = { session: this.#session, idempotencyKey: randomUUID(), ...more };
    const response = await this.#post<PaymentView>(`plural/${route}`, body, origin);
    if (response.status === 200) this.view = response.body;
    return response;
  }

  /** Polls until the payment reaches a phase. */
  async waitForPhase(phase: PaymentView['phase']): Promise<void> {
    await vi.waitFor(async () => {
      await this.performAction('payment', { idempotencyKey: undefined });
      if (this.view.phase !== phase) throw new Error(`the payment is ${this.view.phase}`);
    }, waitOptions);
  }

  /** Submits the OTP on the bank's page. Returns the form that the page posts to the shop. */
  async payOnAcsPage(): Promise<{ action: string; fields: URLSearchParams }> {
    const { challengeUrl = '' } = this.view;
    await fetch(challengeUrl);
    const response = await fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ otp: '123456' }) });
    const page = await response.text();
    const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(page) ?? [];
    const inputs = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    return { action, fields: new URLSearchParams(inputs.map(([, name = '', value = '']) => [name, value])) };
  }

  /** Requests the receipt. */
  async getReceipt(reference = this.view.reference): Promise<JsonResponse<Receipt>> {
    const response = await fetch(`${this.#address}/${this.#receiptPath(reference)}`);
    return { status: response.status, body: (await response.json()) as Receipt };
  }

  /**
   * Polls until the shop has been told that the payment is paid, and nothing else. The page may show a verdict that
   * another request or the sweep is still delivering.
   */
  async waitUntilToldPaid(reference = this.view.reference): Promise<void> {
    await vi.waitFor(async () => {
      const { outcomes } = (await this.getReceipt(reference)).body;
      if (outcomes.join() !== 'paid') throw new Error(`the shop was told: ${outcomes.join() || 'nothing'}`);
    }, waitOptions);
  }

  /** Requests the receipt as a browser does, and returns its title. */
  async readReceipt(reference = this.view.reference): Promise<string> {
    const path = this.#receiptPath(reference);
    const response = await fetch(`${this.#origin}/${path}`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    return /<h1>(.*?)<\/h1>/.exec(await response.text())?.[1] ?? '';
  }

  #receiptPath(reference: string): string {
    return `${this.#receipt}?reference=${encodeURIComponent(reference)}`;
  }

  async #post<Body = Record<string, unknown>>(
    path: string,
    body: object,
    origin = this.#origin,
  ): Promise<JsonResponse<Body>> {
    const response = await fetch(`${this.#address}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }
}
