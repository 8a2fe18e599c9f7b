import type { PluralOtpProps } from '@plural-otp/element/react';
import type { ReactElement } from 'react';

/** Each line below must fail to compile. */
export const wrong: ReactElement[] = [
  // @ts-expect-error no such attribute
  <plural-otp key="1" sesion="sealed" />,
  // @ts-expect-error a number of cells
  <plural-otp key="2" otp-length="six" />,
  // @ts-expect-error no such phase
  <plural-otp key="3" view={{ phase: 'paid', next: [], revision: 1, reference: 'NL7K-42QX' }} />,
  // @ts-expect-error no such member of the event's detail
  <plural-otp key="4" onplural-otp-failed={({ detail }) => console.log(detail.code)} />,
  // @ts-expect-error no such event
  <plural-otp key="5" {...({ 'onplural-otp-payed': () => undefined } satisfies PluralOtpProps)} />,
];
