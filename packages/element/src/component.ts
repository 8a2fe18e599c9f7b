/** `<PluralOtp>` for React and Preact, whose hooks are alike: sets properties and listens, which neither does on hydration. */

import type { PluralOtpEvent, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

type Effect = (effect: () => void, dependencies?: readonly unknown[]) => void;

/** Functions of React or Preact that the component is made of. */
export interface ComponentFramework<Node> {
  readonly createElement: (tag: string, props: object) => Node;
  readonly useRef: <Value>(initial: Value) => { current: Value };
  readonly useEffect: Effect;
  readonly useLayoutEffect: Effect;
  readonly useImperativeHandle: (
    ref: never,
    create: () => PluralOtpElement | null,
    dependencies: readonly unknown[],
  ) => void;
}

/** Every property of the element. The compiler reports one that is missing. */
const properties = Object.keys({
  endpoint: true,
  client: true,
  session: true,
  view: true,
  transport: true,
  messages: true,
  otpLength: true,
  headingLevel: true,
  autosubmit: true,
  noNotes: true,
  webOtp: true,
  manual: true,
} satisfies Record<keyof PluralOtpProperties, true>);

/** Every event of the element. */
const events = Object.keys({
  ready: true,
  state: true,
  authorized: true,
  failed: true,
  superseded: true,
  cancelled: true,
  unresolved: true,
  expired: true,
  redirect: true,
  error: true,
} satisfies Record<PluralOtpEvent, true>);

const toHandlerName = (event: string): string => `on${event.charAt(0).toUpperCase()}${event.slice(1)}`;
const notAttributes = new Set(['ref', 'autoFocus', ...properties, ...events.map(toHandlerName)]);

/**
 * Creates the component. `extras` are props that the tag needs in this framework. The element's own properties and events
 * never become attributes, so that the session stays out of the markup.
 */
export function createComponent<Node>(
  framework: ComponentFramework<Node>,
  extras: object = {},
): (props: object) => Node {
  const { createElement, useRef, useImperativeHandle } = framework;
  // A layout effect comes before the first paint. A server has none and warns of it.
  const useEffect = typeof document === 'undefined' ? framework.useEffect : framework.useLayoutEffect;

  return function PluralOtp(given) {
    const props = given as Record<string, unknown>;
    const own = useRef<PluralOtpElement | null>(null);
    const current = useRef(props);
    const attributes = Object.fromEntries(Object.entries(props).filter(([name]) => !notAttributes.has(name)));
    // Frameworks focus only tags that they know. The element reads the attribute, as HTML spells it.
    if (props['autoFocus']) attributes['autofocus'] = true;

    useEffect(() => {
      const previous = current.current;
      current.current = props;
      const step = own.current;
      // A prop that is no longer given is no longer set.
      if (step)
        for (const name of properties) if (name in props || name in previous) Reflect.set(step, name, props[name]);
    });
    useEffect(() => {
      const step = own.current;
      const controller = new AbortController();
      for (const event of events) {
        const listener = (detail: Event): void => {
          const handler = current.current[toHandlerName(event)];
          if (typeof handler === 'function') Reflect.apply(handler, undefined, [detail]);
        };
        step?.addEventListener(`plural-otp-${event}`, listener, controller);
      }
      return () => controller.abort();
    }, []);
    useImperativeHandle(props['ref'] as never, () => own.current, []);

    return createElement('plural-otp', { ...attributes, ...extras, ref: own });
  };
}
