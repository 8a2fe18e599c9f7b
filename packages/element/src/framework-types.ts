/** Property and event types of the element, for the typings of frameworks. */

import type { LitElement } from 'lit';
import type { PluralOtpElement } from './plural-otp.ts';

/** Members that the element adds to those of every Lit element. */
type Own = Exclude<keyof PluralOtpElement, keyof LitElement>;
type OwnProperty = { [Name in Own]: PluralOtpElement[Name] extends (...args: never) => unknown ? never : Name }[Own];

/** Own properties of the element, each optional, as templates set them. */
export type PluralOtpProperties = { [Name in OwnProperty]?: PluralOtpElement[Name] | undefined };

/** Names of the element's events in `HTMLElementEventMap`. */
export type PluralOtpEventName = Extract<keyof HTMLElementEventMap, `plural-otp-${string}`>;

/** Names of the element's events without their prefix, for example `authorized`. */
export type PluralOtpEvent = PluralOtpEventName extends `plural-otp-${infer Event}` ? Event : never;

/** Event handlers by property name, for example `onplural-otp-authorized`. */
export type PluralOtpHandlers = {
  [Name in PluralOtpEventName as `on${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
};

/** Event handlers of the components for React and Preact, for example `onAuthorized`. */
export type PluralOtpComponentHandlers = {
  [Event in PluralOtpEvent as `on${Capitalize<Event>}`]?:
    | ((event: HTMLElementEventMap[`plural-otp-${Event}`]) => void)
    | undefined;
};
