import '@plural-otp/element/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { startPayment, type Payment } from '../payment.ts';

export function Checkout(): VNode {
  const [payment, setPayment] = useState<Payment>();
  const [end, setEnd] = useState('');
  const [notes, setNotes] = useState(0);
  useEffect(() => void startPayment().then(setPayment), []);

  if (end) return <p id="end">{end}</p>;
  return (
    <main>
      <button id="note" onClick={() => setNotes(notes + 1)}>
        Notes: {notes}
      </button>
      <button id="leave" onClick={() => setEnd('left')}>
        Back to the cart
      </button>
      {payment && (
        <plural-otp
          session={payment.session}
          view={payment.view}
          otpLength={6}
          onplural-otp-authorized={({ detail }) => setEnd(`paid ${detail.reference}`)}
          onplural-otp-failed={({ detail }) => setEnd(detail.reason)}
        />
      )}
    </main>
  );
}
