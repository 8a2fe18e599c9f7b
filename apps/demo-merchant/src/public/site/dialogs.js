// Buttons that open and close a dialog of the page by its id.

for (const opener of document.querySelectorAll('[data-open]')) {
  opener.addEventListener('click', () => document.getElementById(opener.dataset.open)?.showModal());
}
for (const dialog of document.querySelectorAll('dialog')) {
  dialog.querySelector('[data-close]')?.addEventListener('click', () => dialog.close());
  // A click outside the dialog is one on its backdrop, which belongs to the element itself.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
}
