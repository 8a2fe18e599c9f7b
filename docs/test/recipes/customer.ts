/** A customer of a recipe's shop, with nothing but `fetch`. */

import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@plural-otp/flow/contract';
import { vi } from 'vitest';

/** Response of `GET /thank-you`. */
interface Receipt {
  phase: PaymentView['phase'];
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

/** Customer who buys one item from the shop at an origin. */
export class Customer {
  readonly order: string = randomUUID();
  readonly #origin: string;
  readonly #address: string;
  #session = '';
  view!: PaymentView;

  /** `address` is where the shop is reached, if that is not its origin. */
  constructor(origin: string, address = origin) {
    this.#origin = origin;
    this.#address = address;
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
    const response = await fetch(`${this.#address}/thank-you?reference=${encodeURIComponent(reference)}`);
    return { status: response.status, body: (await response.json()) as Receipt };
  }

  /** Requests the receipt as a browser does, and returns its title. */
  async readReceipt(path = `thank-you?reference=${this.view.reference}`): Promise<string> {
    const response = await fetch(`${this.#origin}/${path}`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    return /<h1>(.*?)<\/h1>/.exec(await response.text())?.[1] ?? '';
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
