import type { LitElement } from 'lit';
import type { PluralOtpElement } from './plural-otp.ts';

type Own = Exclude<keyof PluralOtpElement, keyof LitElement>;
type OwnProperty = { [Name in Own]: PluralOtpElement[Name] extends (...given: never) => unknown ? never : Name }[Own];

/** The element's own properties, each optional, as a template language sets them. */
export type PluralOtpProperties = { [Name in OwnProperty]?: PluralOtpElement[Name] | undefined };

/** Its events by name, as `HTMLElementEventMap` has them. */
export type PluralOtpEventName = Extract<keyof HTMLElementEventMap, `plural-otp-${string}`>;

/** Its events as properties that begin with `on`, for example `onplural-otp-authorized`. */
export type PluralOtpHandlers = {
  [Name in PluralOtpEventName as `on${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
};
