// The forms that start a payment: one JSON request, whose response is the step. Without this file, or without the
// component, the browser posts the form, and the next page has the step.
import { collectDeviceInfo } from '@plural-otp/flow';
import { byId } from './data.js';

const unreachable = {
  title: 'The shop could not be reached',
  text: 'Check your connection, then press the button again. It continues the same payment and never starts a second one.',
};

/** Key of a problem that the next page shows. */
const problemKey = 'checkout-problem';

/** Watches the forms. `isValid` says whether a form may be sent. */
export function watchForms({ step, isValid }) {
  for (const form of document.querySelectorAll('form.pay')) {
    const button = form.querySelector('button[type="submit"]');
    const label = button.textContent;
    const setBusy = (busy) => {
      button.setAttribute('aria-disabled', String(busy));
      button.textContent = busy ? button.dataset.busy : label;
    };

    form.addEventListener('submit', (event) => {
      if (button.getAttribute('aria-disabled') === 'true' || !isValid(form)) {
        event.preventDefault();
        return;
      }
      form.elements.namedItem('device').value = JSON.stringify(collectDeviceInfo());
      setBusy(true);
      if (!step.isAvailable()) return;
      event.preventDefault();
      void pay(form, step, setBusy);
    });

    // A page restored from the back/forward cache may belong to a payment that is paid by now: ask the shop.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted && form.getClientRects().length > 0) location.reload();
    });
  }
}

async function pay(form, step, setBusy) {
  showProblem(undefined);
  const result = await send(form);
  if (result.location) {
    if (result.problem) keepProblem(result.problem);
    // The button stays busy until the other page has come.
    location.assign(result.location);
    return;
  }
  setBusy(false);
  if (result.attempt > 1) prepareNext(form, result.attempt);
  if (result.client) step.show(result.client);
  else showProblem(result.problem ?? unreachable);
}

/** Prepares the form for another payment: the first one has decided when the order is charged. */
function prepareNext(form, attempt) {
  const { elements } = form;
  elements.namedItem('attempt').value = attempt;
  const choice = form.querySelector('.charge');
  if (!choice) return;
  choice.hidden = true;
  form.querySelector(`[data-charge="${elements.namedItem('charge').value}"]`).hidden = false;
}

async function send(form) {
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    return await response.json();
  } catch {
    return {};
  }
}

/** Keeps a problem for the next page; without storage that page still says what to do. */
function keepProblem(problem) {
  try {
    sessionStorage.setItem(problemKey, JSON.stringify(problem));
  } catch {
    // The browser keeps nothing for this page.
  }
}

/** Shows the problem that the page before has kept. */
export function showKeptProblem() {
  try {
    const kept = sessionStorage.getItem(problemKey);
    if (kept === null) return;
    sessionStorage.removeItem(problemKey);
    showProblem(JSON.parse(kept));
  } catch {
    // The browser keeps nothing for this page.
  }
}

function showProblem(problem) {
  const box = byId('problem');
  box.hidden = problem === undefined;
  if (problem === undefined) return;
  box.querySelector('h2').textContent = problem.title;
  box.querySelector('p').textContent = problem.text;
  box.focus();
}
