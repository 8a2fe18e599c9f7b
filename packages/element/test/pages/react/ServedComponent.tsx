import { PluralOtp, type PluralOtpComponentProps } from '@plural-otp/element/react';
import { useState, type ReactElement } from 'react';

/** Server-rendered component of the step: client and messages are objects, and the events are props. */
export function ServedComponent({ client }: Pick<PluralOtpComponentProps, 'client'>): ReactElement {
  const [end, setEnd] = useState('');
  const [messages] = useState({ titlePlain: 'OTP' });
  return (
    <main>
      <p id="end">{end}</p>
      <PluralOtp
        client={client}
        messages={messages}
        otpLength={6}
        className="step"
        onAuthorized={({ detail }) => setEnd(`paid ${detail.reference} after ${end || 'nothing'}`)}
      />
    </main>
  );
}
