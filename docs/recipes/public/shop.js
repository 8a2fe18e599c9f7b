/** The shop's page: sends the card to the shop's own server, and hands its response to <plural-otp>. */
import { collectDeviceInfo } from './device-info.js';

const form = document.querySelector('form');
const step = document.querySelector('plural-otp');
const button = form.querySelector('button');
const alert = form.querySelector('[role=alert]');

// One order per cart and one attempt until it failed, also after a reload: repeated, both are the same payment.
const cart = JSON.parse(sessionStorage.getItem('cart') ?? 'null') ?? { order: crypto.randomUUID(), attempt: 1 };
const keepCart = () => sessionStorage.setItem('cart', JSON.stringify(cart));
keepCart();

function show(text) {
  alert.textContent = text;
  alert.hidden = text === '';
}

async function pay() {
  button.disabled = true;
  show('');
  const { expiry, ...card } = Object.fromEntries(new FormData(form));
  const [expiry_month, expiry_year] = expiry.split('/');
  try {
    const response = await fetch('/pay', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...cart,
        item: 'darjeeling-100g',
        card: { ...card, expiry_month, expiry_year },
        device: collectDeviceInfo(),
      }),
    });
    const body = await response.json();
    if (response.ok) {
      Object.assign(step, body);
      form.hidden = true;
      step.hidden = false;
    } else {
      show(`The payment was not started: ${body.problem}. Check the card and press Pay again.`);
    }
  } catch {
    show('The shop did not respond. Press Pay again: it stays one payment.');
  }
  button.disabled = false;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void pay();
});

step.addEventListener('plural-otp-failed', ({ detail }) => {
  if (!detail.payAgain) return;
  cart.attempt += 1;
  keepCart();
  form.hidden = false;
});

for (const end of ['plural-otp-authorized', 'plural-otp-cancelled', 'plural-otp-superseded']) {
  // The next visit is another order.
  step.addEventListener(end, () => sessionStorage.removeItem('cart'));
}
