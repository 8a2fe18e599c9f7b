import '@plural-otp/element/solid';
import { createSignal, onMount, Show, type JSX } from 'solid-js';
import { startPayment, type Payment } from '../payment.ts';

export function Checkout(): JSX.Element {
  const [payment, setPayment] = createSignal<Payment>();
  const [end, setEnd] = createSignal('');
  const [notes, setNotes] = createSignal(0);
  onMount(() => void startPayment().then(setPayment));

  return (
    <Show when={!end()} fallback={<p id="end">{end()}</p>}>
      <main>
        <button id="note" onClick={() => setNotes(notes() + 1)}>
          Notes: {notes()}
        </button>
        <button id="leave" onClick={() => setEnd('left')}>
          Back to the cart
        </button>
        <Show when={payment()}>
          {(payment) => (
            <plural-otp
              prop:session={payment().session}
              prop:view={payment().view}
              prop:otpLength={6}
              on:plural-otp-authorized={({ detail }) => setEnd(`paid ${detail.reference}`)}
              on:plural-otp-failed={({ detail }) => setEnd(detail.reason)}
            />
          )}
        </Show>
      </main>
    </Show>
  );
}
