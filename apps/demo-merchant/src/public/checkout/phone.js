// The phone of the demo: asks the shop for the bank's text message while the step waits for it, and lets it slide in.
import { byId, checkout } from './data.js';

const everyMs = 800;
/** A visual viewport that is so much lower than the page has a keyboard below it, and no toolbar. */
const minKeyboardPx = 150;
/** Statuses in which a message may come. */
const waiting = new Set(['generating', 'awaitingOtp', 'resending']);
/** Statuses after which the message is of no use. */
const over = new Set(['submitting', 'confirming', 'authorized', 'failed', 'exhausted', 'superseded', 'cancelled']);

/** Sets up the phone; `update` takes each status of the step. */
export function watchPhone() {
  const phone = byId('phone');
  let lastNumber = 0;
  let isWatching = false;
  let timer;

  const watch = async () => {
    clearTimeout(timer);
    if (!document.hidden) await readMessage();
    if (isWatching) timer = setTimeout(() => void watch(), everyMs);
  };
  const readMessage = async () => {
    const query = new URLSearchParams({ order: checkout.order, after: lastNumber });
    try {
      const message = await (await fetch(`/demo/messages?${query}`)).json();
      if (!message || !isWatching) return;
      lastNumber = message.number;
      show(message);
    } catch {
      // The shop is away: the step says so, and the phone tries again.
    }
  };
  const show = ({ text, otp }) => {
    phone.querySelector('.phone-text').textContent = text;
    phone.dataset.otp = otp;
    phone.querySelector('.phone-copy').textContent = 'Copy OTP';
    phone.hidden = false;
  };

  phone.querySelector('.phone-close').addEventListener('click', () => (phone.hidden = true));
  const copy = async ({ target }) => {
    try {
      await navigator.clipboard.writeText(phone.dataset.otp);
      target.textContent = 'Copied';
    } catch {
      target.textContent = phone.dataset.otp;
    }
    document.querySelector('plural-otp').focus();
  };
  phone.querySelector('.phone-copy').addEventListener('click', (event) => void copy(event));

  // A keyboard covers the foot of the page, and leaves its height as it is.
  const { visualViewport } = globalThis;
  const placeAboveKeyboard = () =>
    phone.classList.toggle(
      'above-keyboard',
      innerHeight - visualViewport.height * visualViewport.scale > minKeyboardPx,
    );
  visualViewport?.addEventListener('resize', placeAboveKeyboard);

  return {
    update(status) {
      const wasWatching = isWatching;
      isWatching = waiting.has(status);
      if (isWatching && !wasWatching) void watch();
      if (over.has(status)) phone.hidden = true;
    },
  };
}
