/** Registers `<plural-otp>` and types it in `HTMLElementTagNameMap` and `HTMLElementEventMap`. */

import type {
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
import { PluralOtpElement } from './plural-otp.ts';

// A page may load two copies of the script: the first definition stays.
// A server has no registry.
const registry: CustomElementRegistry | undefined = globalThis.customElements;
if (!registry?.get('plural-otp')) registry?.define('plural-otp', PluralOtpElement);

declare global {
  interface HTMLElementTagNameMap {
    'plural-otp': PluralOtpElement;
  }
  interface HTMLElementEventMap {
    'plural-otp-ready': PluralOtpReadyEvent;
    'plural-otp-state': PluralOtpStateEvent;
    'plural-otp-authorized': PluralOtpAuthorizedEvent;
    'plural-otp-failed': PluralOtpFailedEvent;
    'plural-otp-superseded': PluralOtpSupersededEvent;
    'plural-otp-cancelled': PluralOtpCancelledEvent;
    'plural-otp-unresolved': PluralOtpUnresolvedEvent;
    'plural-otp-expired': PluralOtpExpiredEvent;
    'plural-otp-redirect': PluralOtpRedirectEvent;
    'plural-otp-error': PluralOtpErrorEvent;
  }
}
