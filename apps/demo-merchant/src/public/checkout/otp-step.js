// The OTP step: passes the sealed session and the first view to the component, and handles its events.
import { byId, checkout } from './data.js';
import { watchPhone } from './phone.js';

const element = document.querySelector('plural-otp');
const page = byId('checkout-page');
const language = document.querySelector('.language select');

/** Creates the step of the page. `show` takes what the start of a payment returned. */
export function createOtpStep() {
  let hasRenewed = false;
  const phone = checkout.hasPhone ? watchPhone() : undefined;

  // The customer reads that the payment is confirmed before the page changes.
  const showReceipt = () => setTimeout(() => location.replace(checkout.receiptUrl), 900);
  const reveal = (id) => {
    page.dataset.view = 'ended';
    byId(id)?.removeAttribute('hidden');
  };
  element.addEventListener('plural-otp-authorized', showReceipt);
  element.addEventListener('plural-otp-superseded', showReceipt);
  element.addEventListener('plural-otp-failed', ({ detail }) => {
    if (!detail.payAgain) return reveal('order-closed');
    byId('pay-title').textContent = 'Pay again';
    byId('declined-note').hidden = false;
    return reveal('pay');
  });
  element.addEventListener('plural-otp-cancelled', () => reveal('order-again'));
  element.addEventListener('plural-otp-state', ({ detail }) => phone?.update(detail.status));
  // A page that was left open gets a new session, once. If that fails too, the component's own message stays.
  element.addEventListener('plural-otp-expired', () => {
    if (hasRenewed) return;
    hasRenewed = true;
    void renewSession();
  });
  language?.addEventListener('change', (event) => void changeLanguage(event), { capture: true });

  const isAvailable = () => customElements.get('plural-otp') !== undefined;
  /** Gives the component a payment. */
  const resume = (client) => {
    hasRenewed = false;
    // If the component's file is blocked, or its integrity hash fails, offer the plain page and the bank's page.
    const plain = document.querySelector('.otp-unavailable');
    if (plain) plain.hidden = isAvailable();
    element.client = client;
  };
  return {
    isAvailable,
    resume,
    /** Shows the step in place of the form. */
    show(client) {
      // The step takes the focus only from nowhere, and a button that is hidden holds it for another frame.
      document.activeElement?.blur();
      for (const id of ['pay', 'order-closed', 'order-again']) byId(id)?.setAttribute('hidden', '');
      element.closest('.otp').hidden = false;
      page.dataset.view = 'step';
      resume(client);
      scrollTo(0, 0);
    },
  };
}

async function renewSession() {
  const body = new URLSearchParams({ order: checkout.order });
  const response = await fetch('/checkout/session', { method: 'POST', body });
  if (response.ok) element.client = await response.json();
}

/** Changes the language in place, which keeps what was typed, and stores the choice. */
async function changeLanguage(event) {
  event.stopImmediatePropagation();
  const tag = language.value;
  const fields = new URLSearchParams(new FormData(language.form));
  void fetch(language.form.action, { method: 'POST', body: fields, redirect: 'manual' });
  if (checkout.localeUrls[tag]) await import(checkout.localeUrls[tag]);
  element.lang = tag;
}
