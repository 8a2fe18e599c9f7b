/** Browser script of the control page. */
import { Html } from '../lib/html.ts';

/**
 * Script that updates the control page. Kept as a string, because the page is served by runtimes whose types have no
 * DOM.
 *
 * Twice a second, while the page is visible, it polls the live regions and replaces only entries that are new or have
 * changed, so that a selection, the focus, an open entry and the scroll position are kept.
 */
export const pageScript: Html = new Html(`
const byId = (id) => document.getElementById(id);
// The HTML of each entry as the server sent it: an entry that the user opened differs from it.
const serverHtml = new WeakMap();
const getServerHtml = (entry) => serverHtml.get(entry) ?? serverHtml.set(entry, entry.outerHTML).get(entry);

function replaceEntry(old, fresh) {
  for (const { id } of [old, ...old.querySelectorAll('details')].filter(({ open }) => open))
    (fresh.id === id ? fresh : fresh.querySelector('#' + id))?.setAttribute('open', '');
  const hadFocus = old.contains(document.activeElement) && document.activeElement.matches('summary, button');
  old.replaceWith(fresh);
  if (hadFocus) fresh.querySelector('summary, button')?.focus();
}

function updateRegion(region) {
  const shown = byId(region.id);
  const removed = new Map([...shown.children].map((entry) => [entry.id, entry]));
  let position = shown.firstElementChild;
  for (const fresh of [...region.children]) {
    const html = fresh.outerHTML;
    const old = removed.get(fresh.id);
    removed.delete(fresh.id);
    if (!old) shown.insertBefore(fresh, position);
    else if (getServerHtml(old) !== html) replaceEntry(old, fresh);
    position = (old?.isConnected ? old : fresh).nextElementSibling;
    if (!old?.isConnected) serverHtml.set(fresh, html);
  }
  for (const entry of removed.values()) entry.remove();
}

async function update() {
  if (document.hidden) return;
  try {
    const response = await fetch('/sandbox/live' + location.search);
    const regions = document.createElement('template');
    regions.innerHTML = await response.text();
    if (!response.ok) throw new Error('no live regions');
    for (const region of regions.content.children) updateRegion(region);
    byId('disconnected').hidden = true;
  } catch {
    byId('disconnected').hidden = false;
  }
}

function showStatus(message, isError) {
  byId('status').textContent = message;
  byId('status').classList.toggle('error', isError);
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  try {
    const body = new URLSearchParams(new FormData(target, submitter));
    const response = await fetch('/sandbox/' + location.search, { method: 'POST', body });
    if (response.ok) showStatus(submitter.dataset.done, false);
    else showStatus((await response.json()).problem, true);
  } catch {
    byId('disconnected').hidden = false;
  }
  await update();
});

const describeFault = () => { byId('fault-description').textContent = byId('fault').selectedOptions[0].title; };
byId('fault').addEventListener('change', describeFault);
addEventListener('pageshow', describeFault);
document.addEventListener('visibilitychange', update);
for (const entry of document.querySelectorAll('[data-live] > *')) getServerHtml(entry);
const poll = () => setTimeout(() => update().then(poll), 500);
poll();
`);
