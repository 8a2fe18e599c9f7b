// Choices that work without this file: it makes them without a new page, or without a second press.

document.querySelector('.demo-bar form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = new URLSearchParams(new FormData(form));
  fields.set('show', 'no');
  void fetch(form.action, { method: 'POST', body: fields, redirect: 'manual' });
  form.closest('.demo-bar').hidden = true;
});

// The checkout changes the language of the step in place, and stops this event.
document.querySelector('.language select')?.addEventListener('change', ({ target }) => target.form.requestSubmit());

document.querySelector('[data-print]')?.addEventListener('click', () => print());
