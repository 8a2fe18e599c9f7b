/** The bank's own page, as the customer's browser shows it. */
import type { Sandbox } from '@plural-otp/sandbox';
import { rightOtp, wrongOtp } from '../checks/secrets.ts';

/** The form by which the customer returns to the shop. */
export interface ReturnForm {
  readonly method: 'GET' | 'POST';
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Action of a customer on the bank's page. */
export type BankAction = 'right' | 'wrong' | 'resend' | 'cancel';

/** A visit of the bank's page. */
export class BankPage {
  readonly #sandbox: Sandbox;
  readonly #url: string;

  constructor(sandbox: Sandbox, url: string) {
    this.#sandbox = sandbox;
    this.#url = url;
  }

  /** Opens the page. Returns the way back once the payment is decided. */
  async open(): Promise<ReturnForm | undefined> {
    return this.#read(await this.#sandbox.fetch(new Request(this.#url)));
  }

  /** Does something on the page. Returns the way back once the payment is decided. */
  async act(action: BankAction): Promise<ReturnForm | undefined> {
    const fields: Record<BankAction, Record<string, string>> = {
      right: { action: 'confirm', otp: rightOtp },
      wrong: { action: 'confirm', otp: wrongOtp },
      resend: { action: 'resend' },
      cancel: { action: 'cancel' },
    };
    const body = new URLSearchParams(fields[action]).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#read(await this.#sandbox.fetch(new Request(this.#url, { method: 'POST', headers, body })));
  }

  async #read(response: Response): Promise<ReturnForm | undefined> {
    const markup = await response.text();
    const [, method, action] = /<form id="return" method="(\w+)" action="([^"]*)">/.exec(markup) ?? [];
    if (action === undefined) return undefined;
    const inputs = markup.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g);
    const fields = Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
    return { method: method === 'get' ? 'GET' : 'POST', action, fields };
  }
}
