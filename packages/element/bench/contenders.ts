/** One-time-code fields to compare, each created as its own documentation says. */

import { IonInputOtp, defineCustomElement } from '@ionic/core/components/ion-input-otp.js';
import '@awesome.me/webawesome/dist/components/otp-input/otp-input.js';
import type { OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import { OTPInput } from 'input-otp';
import { html, LitElement, type TemplateResult } from 'lit';
import { createElement, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import '../src/index.ts';

defineCustomElement();

/** Smallest possible Lit element with a field. */
class BareField extends LitElement {
  static override properties = { value: {} };
  declare value: string;
  constructor() {
    super();
    this.value = '';
  }
  protected override render(): TemplateResult {
    const typed = ({ target }: Event): void => {
      this.value = (target as HTMLInputElement).value;
    };
    return html`<label>Code <input @input=${typed} /></label>
      <p>${this.value}</p>`;
  }
}
customElements.define('bare-field', BareField);

/** Field on the page. */
export interface Mounted {
  /** Returns the input to type into; `undefined` before the first render. */
  input(): HTMLInputElement | null | undefined;
  remove(): void;
}

/** Contender: a way to put a field on the page. */
export interface Field {
  name: string;
  /** Creates a field in `container`; resolves after its first render. */
  readonly mount: (container: HTMLElement) => Promise<Mounted>;
}

const neverResponds = (): Promise<never> => new Promise(() => undefined);
const transport: OtpTransport = {
  generate: neverResponds,
  submit: neverResponds,
  resend: neverResponds,
  payment: neverResponds,
  leave: neverResponds,
};
const view: PaymentView = {
  phase: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect'],
  revision: 2,
  reference: 'NL7K-42QX-0001',
  resendInSeconds: 30,
  challengeUrl: 'https://acs.example/challenge',
  display: {
    merchantName: 'Nilgiri Leaf',
    amount: { value: 125_000, currency: 'INR' },
    network: 'VISA',
    lastDigits: '1112',
  },
};

/** Puts an element on the page and waits for its first render. */
async function mountElement<T extends HTMLElement>(
  container: HTMLElement,
  element: T,
  {
    rendered,
    input,
  }: { rendered: (element: T) => Promise<unknown>; input: (element: T) => HTMLInputElement | null | undefined },
): Promise<Mounted> {
  container.append(element);
  await rendered(element);
  return { input: () => input(element), remove: () => element.remove() };
}

/** Baseline of all ratios. */
export const bare: Field = {
  name: 'bare Lit element',
  mount: (container) =>
    mountElement(container, document.createElement('bare-field') as BareField, {
      rendered: ({ updateComplete }) => updateComplete,
      input: ({ renderRoot }) => renderRoot.querySelector('input'),
    }),
};

const mountStep = ({ otpLength, view }: { otpLength?: number; view?: PaymentView }): Field['mount'] =>
  async function mount(container) {
    const element = document.createElement('plural-otp');
    if (otpLength !== undefined) element.otpLength = otpLength;
    // A view is used once, so each element gets its own.
    element.view = view && { ...view };
    element.transport = transport;
    return mountElement(container, element, {
      rendered: ({ updateComplete }) => updateComplete,
      input: (root) => root.querySelector('input'),
    });
  };

/** The step with a view, which renders its field at once. */
export const plural: Field = { name: 'plural-otp, the whole step at once', mount: mountStep({ view }) };

/** The step with a session and no view yet; it has no field to type into. */
export const firstRender: Field = { name: 'plural-otp, first render without a view', mount: mountStep({}) };

/** All fields that can be typed into. */
export const fields: readonly Field[] = [
  plural,
  { name: 'plural-otp, the whole step, six cells', mount: mountStep({ otpLength: 6, view }) },
  {
    name: 'wa-otp-input (Web Awesome), the field alone',
    mount: (container) =>
      mountElement(container, document.createElement('wa-otp-input'), {
        rendered: ({ updateComplete }) => updateComplete,
        input: ({ shadowRoot }) => shadowRoot?.querySelector('input'),
      }),
  },
  {
    // It renders in a later frame and has no event for it.
    name: 'ion-input-otp (Ionic), including its wait for a frame',
    mount: (container) =>
      mountElement(container, Object.assign(new IonInputOtp(), { length: 6 }), {
        async rendered(element) {
          while (!element.querySelector('input')) await new Promise((resolve) => requestAnimationFrame(resolve));
        },
        input: (element) => element.querySelector('input'),
      }),
  },
  {
    name: 'input-otp with React, the field alone',
    async mount(container) {
      const box = container.appendChild(document.createElement('div'));
      const root = createRoot(box);
      const cell = ({ char }: { char: string | null }, key: number): ReactElement =>
        createElement('span', { key }, char);
      const render = ({ slots }: { slots: { char: string | null }[] }): ReactElement =>
        createElement('div', null, slots.map(cell));
      flushSync(() => root.render(createElement(OTPInput, { maxLength: 6, render })));
      const remove = (): void => {
        root.unmount();
        box.remove();
      };
      return { input: () => box.querySelector('input'), remove };
    },
  },
];
