// The bank's code: hands the sealed session to the component, and follows what it says.
const step = document.querySelector('plural-otp');
const { session, view, order, receiptUrl } = JSON.parse(document.getElementById('otp-step').textContent);

const showReceipt = () => location.replace(receiptUrl);
const reveal = (id) => document.getElementById(id)?.removeAttribute('hidden');

step.addEventListener('plural-otp-authorized', showReceipt);
step.addEventListener('plural-otp-failed', ({ detail }) => {
  if (detail.reason === 'superseded') showReceipt();
  else reveal(detail.payAgain ? 'pay' : 'order-closed');
});
step.addEventListener('plural-otp-cancelled', () => reveal('order-again'));

// A page that was left open gets a new seal, once. If that is refused as well, the component's own words stand.
step.addEventListener('plural-otp-expired', () => void renew(), { once: true });

async function renew() {
  const answer = await fetch('/checkout/session', { method: 'POST', body: new URLSearchParams({ order }) });
  if (!answer.ok) return;
  const renewed = await answer.json();
  step.view = renewed.view;
  step.session = renewed.session;
}

step.view = view;
step.session = session;

// The component's file may have been blocked or changed on the way: then the bank's own page is still there.
document.querySelector('.otp-broken').hidden = customElements.get('plural-otp') !== undefined;
