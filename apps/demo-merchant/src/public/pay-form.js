// The form that starts a payment: adds what the bank needs to know about the device, and submits once.
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

  // A page restored from the back/forward cache may belong to a payment that is paid by now: ask the shop.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && form.getClientRects().length > 0) location.reload();
  });
}
