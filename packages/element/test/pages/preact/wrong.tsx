import type { PluralOtpProps } from '@plural-otp/element/preact';
import type { VNode } from 'preact';

/** Each line below must fail to compile. */
export const wrong: VNode[] = [
  // @ts-expect-error no such attribute
  <plural-otp sesion="sealed" />,
  // @ts-expect-error a number of cells
  <plural-otp otpLength="six" />,
  // @ts-expect-error no such phase
  <plural-otp view={{ phase: 'paid', next: [], revision: 1, reference: 'NL7K-42QX' }} />,
  // @ts-expect-error no such member of the event's detail
  <plural-otp onplural-otp-failed={({ detail }) => console.log(detail.code)} />,
  // @ts-expect-error no such event
  <plural-otp {...({ 'onplural-otp-payed': () => undefined } satisfies PluralOtpProps)} />,
];
