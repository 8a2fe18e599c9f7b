// The OTP step: passes the sealed session and the first view to the component, and handles its events.
const step = document.querySelector('plural-otp');
const { session, view, order, receiptUrl } = JSON.parse(document.getElementById('otp-step').textContent);

// The customer reads that the payment is confirmed before the page changes.
const showReceipt = () => setTimeout(() => location.replace(receiptUrl), 900);
const reveal = (id) => document.getElementById(id)?.removeAttribute('hidden');

step.addEventListener('plural-otp-authorized', showReceipt);
step.addEventListener('plural-otp-superseded', showReceipt);
step.addEventListener('plural-otp-failed', ({ detail }) => reveal(detail.payAgain ? 'pay' : 'order-closed'));
step.addEventListener('plural-otp-cancelled', () => reveal('order-again'));

// A page that was left open gets a new session, once. If that fails too, the component's own message stays.
step.addEventListener('plural-otp-expired', () => void renewSession(), { once: true });

async function renewSession() {
  const response = await fetch('/checkout/session', { method: 'POST', body: new URLSearchParams({ order }) });
  if (!response.ok) return;
  step.client = await response.json();
}

step.client = { session, view };

// If the component's file is blocked, or its integrity hash fails, offer the plain page and the bank's page.
document.querySelector('.otp-unavailable').hidden = customElements.get('plural-otp') !== undefined;
