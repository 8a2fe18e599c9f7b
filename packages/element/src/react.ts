/** `@plural-otp/element/react`: registers `<plural-otp>` and types it in JSX. */

import './define.ts';
import type * as React from 'react';
import type { PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
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

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': React.DetailedHTMLProps<React.HTMLAttributes<PluralOtpElement>, PluralOtpElement> & PluralOtpProps;
    }
  }
}
