import './define.ts';
import type * as Elements from 'svelte/elements';
import type { PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * The props of `<plural-otp>` in a Svelte template, beside those of every HTML element. `otpLength` and `webOtp` go
 * by the property's name: Svelte would write `web-otp={false}` as an attribute that says yes.
 */
export type PluralOtpProps = PluralOtpProperties & PluralOtpHandlers;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'plural-otp': Elements.HTMLAttributes<PluralOtpElement> & PluralOtpProps;
  }
}
