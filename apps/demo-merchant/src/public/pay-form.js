// The form that starts a payment: tells the bank about the device, and is sent once.
import { collectDeviceInfo } from '@plural-otp/flow';

for (const form of document.querySelectorAll('form.pay')) {
  const button = form.querySelector('button[type="submit"]');

  form.addEventListener('submit', (event) => {
    if (button.getAttribute('aria-disabled') === 'true') {
      event.preventDefault();
      return;
    }
    form.elements.namedItem('device').value = JSON.stringify(collectDeviceInfo());
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.busy;
  });

  // What the browser kept of the page may be paid by now: only the shop knows.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && form.getClientRects().length > 0) location.reload();
  });
}
