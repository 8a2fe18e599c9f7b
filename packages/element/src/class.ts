/** `@plural-otp/element/class`: the element class and its events, without registering the tag. */

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
export type {
  EventClass,
  PluralOtpDetail,
  PluralOtpErrorDetail,
  PluralOtpFailedDetail,
  PluralOtpRedirectDetail,
  PluralOtpStateDetail,
} from './events.ts';
export { english } from '@plural-otp/flow/presentation';
export type { Messages } from '@plural-otp/flow/presentation';
export { PluralOtpElement, type PluralOtpClient } from './plural-otp.ts';
