/** A step on the page with a scripted backend, and the actions of a customer. */

import { sendKeys } from '@web/test-runner-commands';
import type { OtpTransport, TransportResult } from '@plural-otp/flow';
import type { EntryNote, LeaveBody, PaymentView } from '@plural-otp/flow/contract';
import '../../src/index.ts';
import type { PluralOtpElement } from '../../src/index.ts';

/** Call that the step made, with its arguments and a function to respond. */
export interface Call {
  readonly name: keyof OtpTransport;
  readonly otp?: string;
  readonly to?: string;
  readonly idempotencyKey?: string;
  readonly entry?: EntryNote | undefined;
  respond(result: TransportResult | PaymentView): Promise<void>;
}

/** Backend to which the test gives each response explicitly. */
export class ScriptedTransport implements OtpTransport {
  readonly calls: Call[] = [];
  #next: (() => void)[] = [];

  generate(idempotencyKey: string): Promise<TransportResult> {
    return this.#record({ name: 'generate', idempotencyKey });
  }
  submit(otp: string, idempotencyKey: string, _signal?: AbortSignal, entry?: EntryNote): Promise<TransportResult> {
    return this.#record({ name: 'submit', otp, idempotencyKey, entry });
  }
  resend(idempotencyKey: string): Promise<TransportResult> {
    return this.#record({ name: 'resend', idempotencyKey });
  }
  payment(): Promise<TransportResult> {
    return this.#record({ name: 'payment' });
  }
  leave(
    to: LeaveBody['to'],
    idempotencyKey: string,
    _signal?: AbortSignal,
    entry?: EntryNote,
  ): Promise<TransportResult> {
    return this.#record({ name: 'leave', to, idempotencyKey, entry });
  }

  /** Returns the number of calls of this name. */
  count(name: keyof OtpTransport): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** Waits for the call at `index`. */
  async call(index: number): Promise<Call> {
    await waitUntil(() => this.calls.length > index, `call ${index}`);
    const call = this.calls[index];
    if (!call) throw new Error(`No call ${index}`);
    return call;
  }

  #record(call: Omit<Call, 'respond'>): Promise<TransportResult> {
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

/** True in WebKitGTK, whose automation lacks some keys. */
export const isWebKit: boolean = navigator.userAgent.includes('WebKit') && !navigator.userAgent.includes('Chrome');

/** True in Chromium, whose protocol alone reaches input methods, the drop of a drag, and emulated media. */
export const isChromium: boolean = navigator.userAgent.includes('Chrome');

let revision = 0;

/** Creates a view as the backend returns it, newer than all earlier ones. */
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
      issuer: 'HDFC Bank',
      lastDigits: '1112',
    },
    ...rest,
  };
}

/** Creates a view that awaits the code. */
export const awaitingOtp = (rest: Partial<PaymentView> = {}): PaymentView =>
  createView({ phase: 'awaitingOtp', next: ['submit', 'resend', 'redirect'], resendInSeconds: 0, ...rest });

/** Creates a view after the bank rejected a code. */
export const rejectedOtp = (misses: number, rest: Partial<PaymentView> = {}): PaymentView =>
  awaitingOtp({ attempts: { misses }, problem: { code: 'OTP_NOT_ACCEPTED' }, ...rest });

/** Waits for the next frame and the tasks after it. */
export async function nextFrame(): Promise<void> {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

/** Waits until `predicate` holds; throws with `what` after four seconds. */
export async function waitUntil(predicate: () => unknown, what: string): Promise<void> {
  const started = performance.now();
  while (!predicate()) {
    if (performance.now() - started > 4_000) throw new Error(`Timed out waiting for ${what}`);
    await nextFrame();
  }
}

const eventNames = [
  'ready',
  'state',
  'authorized',
  'failed',
  'superseded',
  'cancelled',
  'unresolved',
  'expired',
  'redirect',
  'error',
];

/** Returns `text` as it is seen and heard: without the marks that isolate a name. */
export const withoutIsolates = (text: string | null = ''): string => (text ?? '').replace(/[\u2068\u2069]/g, '');

/** Step on the page, and the actions of a customer. */
export class Step {
  readonly element: PluralOtpElement;
  readonly backend: ScriptedTransport = new ScriptedTransport();
  readonly events: CustomEvent[] = [];
  readonly announcements: string[] = [];

  constructor(element: PluralOtpElement = document.createElement('plural-otp')) {
    this.element = element;
    for (const name of eventNames) {
      element.addEventListener(`plural-otp-${name}`, (event) => this.events.push(event as CustomEvent));
    }
  }

  /** Adds the step to the page with its scripted backend. */
  mount(parent?: Node): Promise<void> {
    this.element.transport = this.backend;
    return this.connect(parent);
  }

  /** Adds the step to the page as it is. */
  async connect(parent: Node = document.body): Promise<void> {
    if (!this.element.isConnected) parent.appendChild(this.element);
    await this.element.updateComplete;
    const region = this.query('[role=status]');
    new MutationObserver(() => {
      const text = withoutIsolates(region.textContent).trim();
      // The region is emptied some time after each announcement.
      if (text) this.announcements.push(text);
    }).observe(region, { childList: true });
  }

  /** Adds the step and responds to its first call with `first`. */
  async start(first: PaymentView = awaitingOtp(), parent?: Node): Promise<void> {
    await this.mount(parent);
    const call = await this.backend.call(0);
    await call.respond(first);
    await this.element.updateComplete;
  }

  get root(): ShadowRoot {
    return this.element.shadowRoot as ShadowRoot;
  }
  get input(): HTMLInputElement {
    const input = this.element.querySelector('input');
    if (!input) throw new Error('No field is rendered');
    return input;
  }
  get errorText(): string {
    const node = this.element.querySelector<HTMLElement>('[slot=error]');
    return node && !node.hidden ? withoutIsolates(node.textContent) : '';
  }
  get visibleText(): string {
    return withoutIsolates(this.root.querySelector<HTMLElement>('.step')?.innerText).replace(/\s+/g, ' ');
  }
  query(selector: string): HTMLElement {
    const node = this.root.querySelector<HTMLElement>(selector);
    if (!node) throw new Error(`Not rendered: ${selector}`);
    return node;
  }
  /** Ends cross-fades, so that colours and boxes are at rest; a spinner has no end. */
  finishAnimations(): void {
    for (const animation of this.root.getAnimations?.() ?? []) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  }
  /** Returns the button or link with this part name, if rendered. */
  findButton(part: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[part~=${part}]`);
  }
  findEvent(name: string): CustomEvent | undefined {
    return this.events.find(({ type }) => type === `plural-otp-${name}`);
  }

  /** Types with real keys into the focused field. */
  async type(text: string): Promise<void> {
    this.input.focus();
    // WebKit's driver presses all keys of one string together, so a digit could not occur twice.
    if (isWebKit) for (const key of text) await sendKeys({ press: key });
    else await sendKeys({ type: text });
  }
  async press(key: string): Promise<void> {
    await sendKeys({ press: key });
    await this.element.updateComplete;
  }
  /** Types a code, submits it with Enter, and returns the call. */
  async submit(code: string): Promise<Call> {
    const before = this.backend.calls.length;
    await this.type(code);
    await this.press('Enter');
    return this.backend.call(before);
  }
}
