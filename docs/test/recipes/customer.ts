import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@plural-otp/flow/contract';
import { vi } from 'vitest';

/** What a shop tells of an order. */
interface Receipt {
  phase: PaymentView['phase'];
  outcomes: string[];
}

export interface Answer<Body> {
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

/** How long a state is waited for, on a machine that has much else to do. */
export const patience = { timeout: 30_000, interval: 100 };

/** Somebody who buys one thing from the shop at an origin, with nothing but `fetch`. */
export class Customer {
  readonly order: string = randomUUID();
  readonly #origin: string;
  #session = '';
  view!: PaymentView;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Presses the pay button; pressed twice it is the same payment. */
  async pay(change: object = {}): Promise<Answer<Record<string, unknown>>> {
    const form = { order: this.order, attempt: 1, item: 'darjeeling-100g', card, device: {}, ...change };
    const answer = await this.#post('pay', form);
    const { session, view } = answer.body as { session?: string; view?: PaymentView };
    if (session !== undefined && view) {
      this.#session = session;
      this.view = view;
    }
    return answer;
  }

  /** What `<plural-otp>` does: one deed, and the view that answers it. */
  async idempotencyKey(route: string, more: object = {}, origin = this.#origin): Promise<Answer<PaymentView>> {
    const body = { session: this.#session, idempotencyKey: randomUUID(), ...more };
    const answer = await this.#post<PaymentView>(`plural/${route}`, body, origin);
    if (answer.status === 200) this.view = answer.body;
    return answer;
  }

  async untilPhase(phase: PaymentView['phase']): Promise<void> {
    await vi.waitFor(async () => {
      await this.idempotencyKey('payment', { idempotencyKey: undefined });
      if (this.view.phase !== phase) throw new Error(`the payment is ${this.view.phase}`);
    }, patience);
  }

  /** Types the code on the bank's own page; gives the form with which that page sends the customer back. */
  async payAtTheBank(): Promise<{ action: string; fields: URLSearchParams }> {
    const { challengeUrl = '' } = this.view;
    await fetch(challengeUrl);
    const answer = await fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ otp: '123456' }) });
    const page = await answer.text();
    const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(page) ?? [];
    const inputs = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    return { action, fields: new URLSearchParams(inputs.map(([, name = '', value = '']) => [name, value])) };
  }

  async receipt(reference = this.view.reference): Promise<Answer<Receipt>> {
    const answer = await fetch(`${this.#origin}/thank-you?reference=${encodeURIComponent(reference)}`);
    return { status: answer.status, body: (await answer.json()) as Receipt };
  }

  async #post<Body = Record<string, unknown>>(
    path: string,
    body: object,
    origin = this.#origin,
  ): Promise<Answer<Body>> {
    const answer = await fetch(`${this.#origin}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  }
}
