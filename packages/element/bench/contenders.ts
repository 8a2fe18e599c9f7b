/** One-time-code fields, each made the way its own documents say. */

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

/** The least a Lit element with a field can be. */
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

/** A field on the page. */
export interface Mounted {
  /** Where typing begins; `undefined` until it was drawn. */
  input(): HTMLInputElement | null | undefined;
  remove(): void;
}

export interface Field {
  name: string;
  /** Makes one in `place`; resolves once it was drawn. */
  readonly mount: (place: HTMLElement) => Promise<Mounted>;
}

const unanswered = (): Promise<never> => new Promise(() => undefined);
const transport: OtpTransport = {
  generate: unanswered,
  submit: unanswered,
  resend: unanswered,
  payment: unanswered,
  leave: unanswered,
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

async function mountElement<T extends HTMLElement>(
  place: HTMLElement,
  element: T,
  {
    drawn,
    input,
  }: { drawn: (element: T) => Promise<unknown>; input: (element: T) => HTMLInputElement | null | undefined },
): Promise<Mounted> {
  place.append(element);
  await drawn(element);
  return { input: () => input(element), remove: () => element.remove() };
}

export const bare: Field = {
  name: 'bare Lit element',
  mount: (place) =>
    mountElement(place, document.createElement('bare-field') as BareField, {
      drawn: ({ updateComplete }) => updateComplete,
      input: ({ renderRoot }) => renderRoot.querySelector('input'),
    }),
};

const step = ({ otpLength, view }: { otpLength?: number; view?: PaymentView }): Field['mount'] =>
  async function mount(place) {
    const element = document.createElement('plural-otp');
    if (otpLength !== undefined) element.otpLength = otpLength;
    element.view = view;
    element.transport = transport;
    return mountElement(place, element, {
      drawn: ({ updateComplete }) => updateComplete,
      input: (made) => made.querySelector('input'),
    });
  };

export const plural: Field = { name: 'plural-otp, the whole step at once', mount: step({ view }) };

/** What a page draws that has a session and no view yet; it has no field to type in. */
export const first: Field = { name: 'plural-otp, as it is first drawn', mount: step({}) };

export const fields: readonly Field[] = [
  plural,
  { name: 'plural-otp, the whole step, six cells', mount: step({ otpLength: 6, view }) },
  {
    name: 'wa-otp-input (Web Awesome), the field alone',
    mount: (place) =>
      mountElement(place, document.createElement('wa-otp-input'), {
        drawn: ({ updateComplete }) => updateComplete,
        input: ({ shadowRoot }) => shadowRoot?.querySelector('input'),
      }),
  },
  {
    // It draws in a later frame and tells nobody when.
    name: 'ion-input-otp (Ionic), with its wait for a frame',
    mount: (place) =>
      mountElement(place, Object.assign(new IonInputOtp(), { length: 6 }), {
        async drawn(element) {
          while (!element.querySelector('input')) await new Promise((resolve) => requestAnimationFrame(resolve));
        },
        input: (element) => element.querySelector('input'),
      }),
  },
  {
    name: 'input-otp with React, the field alone',
    async mount(place) {
      const box = place.appendChild(document.createElement('div'));
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
