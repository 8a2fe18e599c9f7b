/**
 * `@plural-otp/element` in a runtime without a DOM (`node`, `workerd`, `edge-light`, `worker`): the same names, and no effect, so
 * that a bundle for a server may import the element. Typed by the browser's entry.
 */

export { english } from '@plural-otp/flow/presentation';

/** Stands for the element's class, which no server creates. */
export const PluralOtpElement: object = Object;

export {
  PluralOtpAuthorizedEvent,
  PluralOtpCancelledEvent,
  PluralOtpErrorEvent,
  PluralOtpExpiredEvent,
  PluralOtpFailedEvent,
  PluralOtpReadyEvent,
  PluralOtpRedirectEvent,
  PluralOtpStateEvent,
  PluralOtpSupersededEvent,
  PluralOtpUnresolvedEvent,
} from './events.ts';
