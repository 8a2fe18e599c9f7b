/** `@plural-otp/element/class`: the element class and its events, without registering the tag. */

export {
  PluralOtpAuthorizedEvent,
  PluralOtpCancelledEvent,
  PluralOtpExpiredEvent,
  PluralOtpFailedEvent,
  PluralOtpRedirectEvent,
  PluralOtpStateEvent,
  PluralOtpUnresolvedEvent,
} from './events.ts';
export type {
  EventClass,
  PluralOtpDetail,
  PluralOtpFailedDetail,
  PluralOtpRedirectDetail,
  PluralOtpStateDetail,
} from './events.ts';
export { english } from '@plural-otp/flow/presentation';
export type { Messages } from '@plural-otp/flow/presentation';
export { PluralOtpElement } from './plural-otp.ts';
