/** Keeps the merchant's page current, and sends each form once. Without it the page works by reloading. */

const root = document.querySelector('[data-live-url]');

/** Fetches this page as a document, which a policy for Trusted Types allows and whose scripts do not run. */
const fetchPage = () =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.responseType = 'document';
    request.addEventListener('load', () =>
      request.status === 200 ? resolve(request.response) : reject(new Error('status')),
    );
    request.addEventListener('error', reject);
    request.send();
  });

/** True where somebody types, or has changed a field: that part is left alone. */
const isBeingEdited = (part) =>
  [...part.querySelectorAll('input:not([type="hidden"])')].some(
    (input) => input === document.activeElement || input.value !== input.defaultValue,
  );

const findFocusable = (part) => [...part.querySelectorAll('a, button, summary, [tabindex]')];

/** Names an element by its link, its form or its fold, which are the same in the new part. */
const findTarget = (one) =>
  one.getAttribute('href') ?? one.closest('form')?.getAttribute('action') ?? one.closest('details')?.id;

/** Path of the focused element within a part, by which it is found in the new one. */
const findFocus = (part) => {
  const active = document.activeElement;
  if (!part.contains(active)) return undefined;
  return { target: findTarget(active), index: findFocusable(part).indexOf(active) };
};

const restoreFocus = (part, focus) => {
  if (focus === undefined) return;
  const all = findFocusable(part);
  const same = all.find((one) => findTarget(one) === focus.target);
  (focus.target && same ? same : all[Math.max(focus.index, 0)])?.focus({ preventScroll: true });
};

const setState = (state, text) => {
  const label = document.querySelector('[data-live-state]');
  if (label === null) return;
  label.dataset.liveState = state;
  label.textContent = text;
};

async function update() {
  const page = await fetchPage();
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = page.getElementById(part.id);
    if (next === null) continue;
    for (const { id } of part.querySelectorAll('details[open]')) page.getElementById(id)?.setAttribute('open', '');
    if (next.isEqualNode(part) || isBeingEdited(part)) continue;
    const focus = findFocus(part);
    const fresh = document.importNode(next, true);
    part.replaceWith(fresh);
    restoreFocus(fresh, focus);
  }
  setState('live', 'Live, updated');
}

if (root !== null) {
  let isUpdating = false;
  let isStale = false;
  const updateSoon = async () => {
    isStale = true;
    if (isUpdating || document.visibilityState !== 'visible') return;
    isUpdating = true;
    while (isStale) {
      isStale = false;
      await update().catch(() => setState('lost', 'Not current, last updated'));
    }
    isUpdating = false;
  };
  const events = new EventSource(root.dataset.liveUrl);
  events.addEventListener('ready', () => (isStale ? void updateSoon() : setState('live', 'Live, updated')));
  events.addEventListener('change', () => void updateSoon());
  events.addEventListener('error', () => {
    isStale = true;
    setState('lost', 'Not current, last updated');
  });
  document.addEventListener('visibilitychange', () => isStale && void updateSoon());
}

// A double click sends a form twice; the server sends no money twice, and this keeps the second page from showing.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!('once' in form.dataset)) return;
  if (form.dataset.once === 'sent') event.preventDefault();
  form.dataset.once = 'sent';
  form.querySelector('button')?.setAttribute('aria-disabled', 'true');
});
// A page that comes back from the browser's cache may send again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-once]')) {
    form.dataset.once = '';
    form.querySelector('button')?.removeAttribute('aria-disabled');
  }
});

document.querySelector('#notice')?.focus({ preventScroll: true });
