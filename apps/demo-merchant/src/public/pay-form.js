// The form that starts a payment: tells the bank about the device, and is sent once.
import { collectDeviceInfo } from '@plural-otp/flow';

for (const form of document.querySelectorAll('form.pay')) {
  const button = form.querySelector('button[type="submit"]');
  const label = button.textContent;

  form.addEventListener('submit', (event) => {
    if (button.getAttribute('aria-disabled') === 'true') {
      event.preventDefault();
      return;
    }
    form.elements.namedItem('device').value = JSON.stringify(collectDeviceInfo());
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.busy;
  });

  // A page that comes back from the browser's memory may be sent again.
  addEventListener('pageshow', () => {
    button.removeAttribute('aria-disabled');
    button.textContent = label;
  });
}
