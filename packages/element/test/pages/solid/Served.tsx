import '@plural-otp/element';
import type { PluralOtpProps } from '@plural-otp/element/solid';
import { createSignal, type JSX } from 'solid-js';

/** Server-rendered step: client and messages are objects, and the event is a listener. */
export function Served(props: { client: PluralOtpProps['prop:client'] }): JSX.Element {
  const [end, setEnd] = createSignal('');
  return (
    <main>
      <p id="end">{end()}</p>
      <plural-otp
        prop:client={props.client}
        prop:messages={{ titlePlain: 'OTP' }}
        prop:otpLength={6}
        class="step"
        on:plural-otp-authorized={({ detail }) => setEnd(`paid ${detail.reference} after ${end() || 'nothing'}`)}
      />
    </main>
  );
}
