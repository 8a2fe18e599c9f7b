/** `<PluralOtp>`, a React component of the step, and the types of the tag in JSX. */

import * as React from 'react';
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

type PascalCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${PascalCase<Rest>}`
  : Capitalize<Name>;

/** Props of `<PluralOtp>`: the element's properties, its events as `onAuthorized`, and what every element takes. */
export type PluralOtpComponentProps = PluralOtpProperties & {
  [Name in keyof HTMLElementEventMap as Name extends `plural-otp-${infer Event}` ? `on${PascalCase<Event>}` : never]?:
    | ((event: HTMLElementEventMap[Name]) => void)
    | undefined;
} & Omit<React.HTMLAttributes<PluralOtpElement>, 'onError'> & {
    ref?: React.Ref<PluralOtpElement> | undefined;
  };

const events = [
  'ready',
  'state',
  'authorized',
  'failed',
  'superseded',
  'cancelled',
  'unresolved',
  'expired',
  'redirect',
  'error',
] as const;
const properties = [
  'endpoint',
  'client',
  'session',
  'view',
  'transport',
  'messages',
  'otpLength',
  'autosubmit',
  'noNotes',
  'webOtp',
  'manual',
] as const;

const toHandlerName = (event: string): string => `on${event.charAt(0).toUpperCase()}${event.slice(1)}`;

/** A layout effect comes before the first paint. A server has none and warns of it. */
const useEffect = typeof document === 'undefined' ? React.useEffect : React.useLayoutEffect;

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
export function PluralOtp(props: PluralOtpComponentProps): React.ReactElement {
  const { ref, ...rest } = props;
  const own = React.useRef<PluralOtpElement>(null);
  const handlers = React.useRef<Record<string, unknown>>({});
  const attributes: Record<string, unknown> = { ...rest };
  for (const name of [...properties, ...events.map(toHandlerName)]) delete attributes[name];

  useEffect(() => {
    handlers.current = props;
    const step = own.current;
    if (!step) return;
    for (const name of properties) if (name in props) Reflect.set(step, name, props[name]);
  });
  useEffect(() => {
    const step = own.current;
    const stops = events.map((event) => {
      const listener = (detail: Event): void => {
        const handler = handlers.current[toHandlerName(event)];
        if (typeof handler === 'function') Reflect.apply(handler, undefined, [detail]);
      };
      step?.addEventListener(`plural-otp-${event}`, listener);
      return () => step?.removeEventListener(`plural-otp-${event}`, listener);
    });
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  React.useImperativeHandle<PluralOtpElement | null, PluralOtpElement | null>(ref, () => own.current, []);

  return React.createElement('plural-otp', { ...attributes, ref: own, suppressHydrationWarning: true });
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': React.DetailedHTMLProps<React.HTMLAttributes<PluralOtpElement>, PluralOtpElement> & PluralOtpProps;
    }
  }
}
