'use client';

import { PluralOtp, type PluralOtpComponentProps } from '@plural-otp/element/react';
import { useState } from 'react';

type Client = PluralOtpComponentProps['client'];

/** Starts the payment on the press of Pay, and shows its step. */
export function Checkout({ started }: { started: Client }) {
  const [client, setClient] = useState(started);
  const [end, setEnd] = useState('');

  async function pay() {
    // Made once: another press of Pay, a reload or Back goes on with the same payment.
    const order = (sessionStorage['order'] ??= crypto.randomUUID()) as string;
    const response = await fetch('/pay', { method: 'POST', body: JSON.stringify({ order }) });
    if (!response.ok) return;
    setClient((await response.json()) as Client);
    history.replaceState(null, '', `?order=${order}`);
  }

  if (!client) return <button onClick={() => void pay()}>Pay ₹1,250.00</button>;
  return (
    <main>
      <p role="status">{end}</p>
      <PluralOtp
        client={client}
        otpLength={6}
        onAuthorized={({ detail }) => setEnd(`Paid: ${detail.reference}`)}
        onFailed={({ detail }) => setEnd(`Not paid: ${detail.reason}`)}
      />
    </main>
  );
}
