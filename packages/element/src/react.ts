import './define.ts';
import type * as React from 'react';
import type { PluralOtpHandlers, PluralOtpProperties } from './framework-types.ts';
import type { PluralOtpElement } from './plural-otp.ts';

/**
 * The props of `<plural-otp>` in JSX, beside those of every HTML element. What is also an attribute goes by the
 * attribute's name, since React writes props by that name when it renders on a server.
 *
 * TypeScript lets any JSX name with a hyphen pass; props written as an object are checked whole:
 * `<plural-otp {...({ 'onplural-otp-failed': show } satisfies PluralOtpProps)} />`.
 */
export type PluralOtpProps = Omit<PluralOtpProperties, 'otpLength' | 'webOtp'> &
  PluralOtpHandlers & {
    autofocus?: boolean | undefined;
    'otp-length'?: number | undefined;
    'web-otp'?: boolean | undefined;
  };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'plural-otp': React.DetailedHTMLProps<React.HTMLAttributes<PluralOtpElement>, PluralOtpElement> & PluralOtpProps;
    }
  }
}
