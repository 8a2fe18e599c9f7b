import { sendKeys } from '@web/test-runner-commands';
import type { OtpTransport, TransportResult } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import '../../src/index.ts';
import type { PluralOtpElement } from '../../src/index.ts';

/** A call the step made: which one, the code if any, and how to answer it. */
export interface Call {
  readonly name: keyof OtpTransport;
  readonly otp?: string;
  readonly to?: string;
  readonly idempotencyKey?: string;
  respond(result: TransportResult | PaymentView): Promise<void>;
}

/** A backend whose every answer the test gives by hand, in its own time. */
export class ScriptedTransport implements OtpTransport {
  readonly calls: Call[] = [];
  #next: (() => void)[] = [];

  generate(idempotencyKey: string): Promise<TransportResult> {
    return this.#take({ name: 'generate', idempotencyKey });
  }
  submit(otp: string, idempotencyKey: string): Promise<TransportResult> {
    return this.#take({ name: 'submit', otp, idempotencyKey });
  }
  resend(idempotencyKey: string): Promise<TransportResult> {
    return this.#take({ name: 'resend', idempotencyKey });
  }
  payment(): Promise<TransportResult> {
    return this.#take({ name: 'payment' });
  }
  leave(to: 'bank' | 'cancel', idempotencyKey: string): Promise<TransportResult> {
    return this.#take({ name: 'leave', to, idempotencyKey });
  }

  /** How many calls of this name were made. */
  count(name: keyof OtpTransport): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** The call at `index`, once it was made. */
  async call(index: number): Promise<Call> {
    await waitUntil(() => this.calls.length > index, `call ${index}`);
    const call = this.calls[index];
    if (!call) throw new Error(`No call ${index}`);
    return call;
  }

  #take(call: Omit<Call, 'respond'>): Promise<TransportResult> {
    return new Promise((resolve) => {
      const respond = async (result: TransportResult | PaymentView): Promise<void> => {
        resolve('kind' in result ? result : { kind: 'view', view: result });
        await nextFrame();
      };
      this.calls.push({ ...call, respond });
      for (const run of this.#next.splice(0)) run();
    });
  }
}

/** WebKitGTK, whose automation lacks some keys the other two have. */
export const isWebKit: boolean = navigator.userAgent.includes('WebKit') && !navigator.userAgent.includes('Chrome');

/** Chromium, whose protocol alone reaches input methods, the drop of a drag, and emulated media. */
export const isChromium: boolean = navigator.userAgent.includes('Chrome');

let revision = 0;

/** A view as the backend sends it, newer than the ones before. */
export function createView(rest: Partial<PaymentView> & Pick<PaymentView, 'phase'>): PaymentView {
  return {
    next: [],
    revision: ++revision,
    reference: 'NL7K-42QX',
    challengeUrl: 'https://acs.example/challenge',
    display: {
      merchantName: 'Nilgiri Leaf',
      amount: { value: 125000, currency: 'INR' },
      network: 'VISA',
      issuer: 'HDFC',
      lastDigits: '1112',
    },
    ...rest,
  };
}

/** A view that asks for the code. */
export const awaitingOtp = (rest: Partial<PaymentView> = {}): PaymentView =>
  createView({ phase: 'awaitingOtp', next: ['submit', 'resend', 'redirect'], resendInSeconds: 0, ...rest });

/** A view after the bank refused a code. */
export const rejectedOtp = (misses: number, rest: Partial<PaymentView> = {}): PaymentView =>
  awaitingOtp({ attempts: { misses }, problem: { code: 'OTP_NOT_ACCEPTED' }, ...rest });

export async function nextFrame(): Promise<void> {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

/** Waits for a state, never for a time. */
export async function waitUntil(predicate: () => unknown, what: string): Promise<void> {
  const started = performance.now();
  while (!predicate()) {
    if (performance.now() - started > 4_000) throw new Error(`Never came: ${what}`);
    await nextFrame();
  }
}

/** A step on the page, and what a customer does with it. */
export class Step {
  readonly element: PluralOtpElement;
  readonly backend: ScriptedTransport = new ScriptedTransport();
  readonly events: CustomEvent[] = [];
  readonly announcements: string[] = [];

  constructor(element: PluralOtpElement = document.createElement('plural-otp')) {
    this.element = element;
    for (const name of ['state', 'authorized', 'failed', 'cancelled', 'unresolved', 'expired', 'redirect']) {
      element.addEventListener(`plural-otp-${name}`, (event) => this.events.push(event as CustomEvent));
    }
  }

  /** Puts the step on the page with its scripted backend. */
  async mount(parent: Node = document.body): Promise<void> {
    this.element.transport = this.backend;
    if (!this.element.isConnected) parent.appendChild(this.element);
    await this.element.updateComplete;
    const region = this.query('[role=status]');
    new MutationObserver(() => this.announcements.push(region.textContent ?? '')).observe(region, { childList: true });
  }

  /** Shows the step where the backend already stands at `first`. */
  async start(first: PaymentView = awaitingOtp(), parent?: Node): Promise<void> {
    await this.mount(parent);
    const asked = await this.backend.call(0);
    await asked.respond(first);
    await this.element.updateComplete;
  }

  get root(): ShadowRoot {
    return this.element.shadowRoot as ShadowRoot;
  }
  get input(): HTMLInputElement {
    const input = this.element.querySelector('input');
    if (!input) throw new Error('There is no field');
    return input;
  }
  get errorText(): string {
    const node = this.element.querySelector<HTMLElement>('[slot=error]');
    return node && !node.hidden ? (node.textContent ?? '') : '';
  }
  get visibleText(): string {
    return (this.root.querySelector<HTMLElement>('.step')?.innerText ?? '').replace(/\s+/g, ' ');
  }
  query(selector: string): HTMLElement {
    const node = this.root.querySelector<HTMLElement>(selector);
    if (!node) throw new Error(`Not drawn: ${selector}`);
    return node;
  }
  /** The button or link of this name, if drawn. */
  findButton(part: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[part~=${part}]`);
  }
  findEvent(name: string): CustomEvent | undefined {
    return this.events.find(({ type }) => type === `plural-otp-${name}`);
  }

  /** Types with real keys into the focused field. */
  async type(text: string): Promise<void> {
    this.input.focus();
    // WebKit's driver holds all keys of one text together, so that a digit cannot come twice.
    if (isWebKit) for (const key of text) await sendKeys({ press: key });
    else await sendKeys({ type: text });
  }
  async press(key: string): Promise<void> {
    await sendKeys({ press: key });
    await this.element.updateComplete;
  }
  /** Types a code, submits it with Enter, and gives the call it made. */
  async submit(code: string): Promise<Call> {
    const before = this.backend.calls.length;
    await this.type(code);
    await this.press('Enter');
    return this.backend.call(before);
  }
}
