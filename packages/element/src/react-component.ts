/** `<PluralOtp>`, a React component of the step, and the types of the tag in JSX. */

import * as React from 'react';
import { createComponent } from './component.ts';
import type { PluralOtpComponentHandlers, PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * Props of `<plural-otp>` in JSX, in addition to those of every HTML element. A property that is also an attribute has
 * the attribute's name, because React writes props by that name when it renders on a server.
 *
 * TypeScript accepts any JSX name with a hyphen, but checks an object that `satisfies` this type as a whole.
 *
 * @example
 * ```ts
 * import type { PluralOtpProps } from '@plural-otp/element/react';
 *
 * // In a component: <plural-otp {...step} />
 * export const step = {
 *   endpoint: '/plural',
 *   'otp-length': 6,
 *   'onplural-otp-authorized': ({ detail }) => location.assign(`/thank-you?reference=${detail.reference}`),
 * } satisfies PluralOtpProps;
 * ```
 */
export type PluralOtpProps = Omit<PluralOtpProperties, 'otpLength' | 'webOtp'> &
  PluralOtpHandlers & {
    autofocus?: boolean | undefined;
    'otp-length'?: number | undefined;
    'web-otp'?: boolean | undefined;
  };

/** Props of `<PluralOtp>`: the element's properties, its events as `onAuthorized`, and what every element takes. */
export type PluralOtpComponentProps = PluralOtpProperties &
  PluralOtpComponentHandlers &
  Omit<React.HTMLAttributes<PluralOtpElement>, 'onError'> & {
    ref?: React.Ref<PluralOtpElement> | undefined;
  };

/**
 * The step as a component: it sets the properties and listens by itself, so that server rendering, hydration and a late
 * definition of the element lose nothing, and the session stays out of the markup.
 *
 * @example
 * ```ts
 * import { PluralOtp, type PluralOtpComponentProps } from '@plural-otp/element/react';
 * import { createElement } from 'react';
 *
 * export const Checkout = ({ client }: Pick<PluralOtpComponentProps, 'client'>) =>
 *   createElement(PluralOtp, { client, onAuthorized: ({ detail }) => location.assign(`/paid?reference=${detail.reference}`) });
 * ```
 */
export const PluralOtp: (props: PluralOtpComponentProps) => React.ReactElement = createComponent(React, {
  suppressHydrationWarning: true,
});

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': React.DetailedHTMLProps<React.HTMLAttributes<PluralOtpElement>, PluralOtpElement> & PluralOtpProps;
    }
  }
}
