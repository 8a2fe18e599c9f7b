/** `@plural-otp/element/svelte`: registers `<plural-otp>` and types it in Svelte templates. */

import './define.ts';
import type * as Elements from 'svelte/elements';
import type { PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * Props of `<plural-otp>` in a Svelte template, in addition to those of every HTML element. `otpLength` and `webOtp`
 * have the property's name: Svelte would write `web-otp={false}` as an attribute, whose presence means true.
 *
 * @example
 * ```ts
 * import type { PluralOtpProps } from '@plural-otp/element/svelte';
 *
 * // In a template: <plural-otp {...step}></plural-otp>
 * export const step: PluralOtpProps = {
 *   otpLength: 6,
 *   'onplural-otp-authorized': ({ detail }) => location.assign(`/thank-you?reference=${detail.reference}`),
 * };
 * ```
 */
export type PluralOtpProps = PluralOtpProperties & PluralOtpHandlers;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'plural-otp': Elements.HTMLAttributes<PluralOtpElement> & PluralOtpProps;
  }
}
