import type { PluralOtpProps } from '@plural-otp/element/solid';
import type { JSX } from 'solid-js';

/** Each line below must fail to compile. */
export const wrong: JSX.Element[] = [
  // @ts-expect-error no such attribute
  <plural-otp sesion="sealed" />,
  // @ts-expect-error a number of cells
  <plural-otp prop:otpLength="six" />,
  // @ts-expect-error no such phase
  <plural-otp prop:view={{ phase: 'paid', next: [], revision: 1, reference: 'NL7K-42QX' }} />,
  // @ts-expect-error no such member of the event's detail
  <plural-otp on:plural-otp-failed={({ detail }) => console.log(detail.code)} />,
  // @ts-expect-error no such event
  <plural-otp {...({ 'on:plural-otp-payed': () => undefined } satisfies PluralOtpProps)} />,
];
