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
export { english } from './locale/messages.ts';
export type { Messages } from './locale/messages.ts';
export { PluralOtpElement } from './plural-otp.ts';
