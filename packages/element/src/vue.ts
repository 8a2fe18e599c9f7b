/** `@plural-otp/element/vue`: registers `<plural-otp>` and types it in Vue templates. */

import './define.ts';
import type { HTMLAttributes, ReservedProps } from 'vue';
import type { PluralOtpEventName, PluralOtpProperties } from './framework-types.ts';

type PascalCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${PascalCase<Rest>}`
  : Capitalize<Name>;

/**
 * Props of `<plural-otp>` in a Vue template, in addition to those of every HTML element. Bind `:otpLength` and
 * `:webOtp` by these names: Vue would write `:web-otp="false"` as an attribute, whose presence means true.
 *
 * @example
 * ```ts
 * import type { PluralOtpProps } from '@plural-otp/element/vue';
 *
 * // In a template: <plural-otp v-bind="step" />
 * export const step: PluralOtpProps = {
 *   otpLength: 6,
 *   onPluralOtpAuthorized: ({ detail }) => location.assign(`/thank-you?reference=${detail.reference}`),
 * };
 * ```
 */
export type PluralOtpProps = PluralOtpProperties & {
  autofocus?: boolean | undefined;
} & {
  [Name in PluralOtpEventName as `on${PascalCase<Name>}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
};

declare module 'vue' {
  interface GlobalComponents {
    'plural-otp': new () => { $props: PluralOtpProps & HTMLAttributes & ReservedProps };
  }
}
