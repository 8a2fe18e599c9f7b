import { PluralOtp, type PluralOtpComponentProps } from '@plural-otp/element/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** Server-rendered component of the step: client and messages are objects, and the events are props. */
export function ServedComponent({ client }: Pick<PluralOtpComponentProps, 'client'>): VNode {
  const [end, setEnd] = useState('');
  const [messages] = useState({ titlePlain: 'OTP' });
  return (
    <main>
      <p id="end">{end}</p>
      <PluralOtp
        client={client}
        messages={messages}
        otpLength={6}
        class="step"
        onAuthorized={({ detail }) => setEnd(`paid ${detail.reference} after ${end || 'nothing'}`)}
      />
    </main>
  );
}
