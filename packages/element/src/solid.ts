/** `@plural-otp/element/solid`: registers `<plural-otp>` and types it in Solid's JSX. */

import './define.ts';
import type * as Solid from 'solid-js';
import type { PluralOtpEventName, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * Props of `<plural-otp>` in Solid, in addition to those of every HTML element. Properties have the prefix `prop:`, because
 * Solid writes others as attributes when it renders on a server, and events `on:`, because their names have hyphens.
 *
 * @example
 * ```ts
 * import type { PluralOtpProps } from '@plural-otp/element/solid';
 *
 * // In a component: <plural-otp {...step} />
 * export const step: PluralOtpProps = {
 *   'prop:otpLength': 6,
 *   'on:plural-otp-authorized': ({ detail }) => location.assign(`/thank-you?reference=${detail.reference}`),
 * };
 * ```
 */
export type PluralOtpProps = {
  [Name in keyof PluralOtpProperties as `prop:${Name}`]?: PluralOtpProperties[Name];
} & {
  [Name in PluralOtpEventName as `on:${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
} & { endpoint?: string | undefined; autofocus?: boolean | undefined };

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': Solid.JSX.HTMLAttributes<PluralOtpElement> & PluralOtpProps;
    }
  }
}
