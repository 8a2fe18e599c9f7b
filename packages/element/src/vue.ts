import './define.ts';
import type { HTMLAttributes, ReservedProps } from 'vue';
import type { PluralOtpEventName, PluralOtpProperties } from './framework-types.ts';

type PascalCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${PascalCase<Rest>}`
  : Capitalize<Name>;

/**
 * The props of `<plural-otp>` in a Vue template, beside those of every HTML element. Bind `:otpLength` and `:webOtp`
 * by these names: Vue would write `:web-otp="false"` as an attribute that says yes.
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
