/** `<PluralOtp>`, a Preact component of the step, and the types of the tag in JSX. */

import { createElement, type HTMLAttributes, type Ref, type VNode } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'preact/hooks';
import { createComponent } from './component.ts';
import type { PluralOtpComponentHandlers, PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * Props of `<plural-otp>` in Preact's JSX, in addition to those of every HTML element. Preact sets a prop that is a property
 * of the element as that property.
 *
 * @example
 * ```ts
 * import type { PluralOtpProps } from '@plural-otp/element/preact';
 *
 * // In a component: <plural-otp {...step} />
 * export const step = {
 *   otpLength: 6,
 *   'onplural-otp-authorized': ({ detail }) => location.assign(`/thank-you?reference=${detail.reference}`),
 * } satisfies PluralOtpProps;
 * ```
 */
export type PluralOtpProps = PluralOtpProperties & PluralOtpHandlers & { autofocus?: boolean | undefined };

/** Props of `<PluralOtp>`: the element's properties, its events as `onAuthorized`, and what every element takes. */
export type PluralOtpComponentProps = PluralOtpProperties &
  PluralOtpComponentHandlers &
  Omit<HTMLAttributes<PluralOtpElement>, 'onError' | 'ref'> & {
    ref?: Ref<PluralOtpElement> | undefined;
  };

/**
 * The step as a component: it sets the properties and listens by itself, because Preact sets no properties when it
 * hydrates. The session stays out of the markup.
 *
 * @example
 * ```ts
 * import { PluralOtp, type PluralOtpComponentProps } from '@plural-otp/element/preact';
 * import { createElement } from 'preact';
 *
 * export const Checkout = ({ client }: Pick<PluralOtpComponentProps, 'client'>) =>
 *   createElement(PluralOtp, { client, onAuthorized: ({ detail }) => location.assign(`/paid?reference=${detail.reference}`) });
 * ```
 */
export const PluralOtp: (props: PluralOtpComponentProps) => VNode = createComponent<VNode>({
  createElement,
  useRef,
  useEffect,
  useLayoutEffect,
  useImperativeHandle,
});

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': HTMLAttributes<PluralOtpElement> & PluralOtpProps;
    }
  }
}
