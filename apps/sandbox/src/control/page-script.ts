import { Html } from '../lib/html.ts';

/**
 * Keeps the control page up to date. Browser code, kept as text: the page is served by runtimes whose types know no
 * document. Twice a second, while the page is seen, it asks for the live parts and changes only the entries that are new
 * or have changed, so that a selection, the focus, an open entry and the place read stay where they are.
 */
export const pageScript: Html = new Html(`
const byId = (id) => document.getElementById(id);
const asSent = new WeakMap();
const sentFor = (entry) => asSent.get(entry) ?? asSent.set(entry, entry.outerHTML).get(entry);

function take(old, fresh) {
  for (const { id } of [old, ...old.querySelectorAll('details')].filter(({ open }) => open))
    (fresh.id === id ? fresh : fresh.querySelector('#' + id))?.setAttribute('open', '');
  const held = old.contains(document.activeElement) && document.activeElement.matches('summary, button');
  old.replaceWith(fresh);
  if (held) fresh.querySelector('summary, button')?.focus();
}

function put(part) {
  const shown = byId(part.id);
  const gone = new Map([...shown.children].map((entry) => [entry.id, entry]));
  let place = shown.firstElementChild;
  for (const fresh of [...part.children]) {
    const text = fresh.outerHTML;
    const old = gone.get(fresh.id);
    gone.delete(fresh.id);
    if (!old) shown.insertBefore(fresh, place);
    else if (sentFor(old) !== text) take(old, fresh);
    place = (old?.isConnected ? old : fresh).nextElementSibling;
    if (!old?.isConnected) asSent.set(fresh, text);
  }
  for (const entry of gone.values()) entry.remove();
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/sandbox/live');
    const parts = document.createElement('template');
    parts.innerHTML = await answer.text();
    if (!answer.ok) throw new Error('no live part');
    for (const part of parts.content.children) put(part);
    byId('lost').hidden = true;
  } catch {
    byId('lost').hidden = false;
  }
}

function say(words, wrong) {
  byId('said').textContent = words;
  byId('said').classList.toggle('wrong', wrong);
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  try {
    const body = new URLSearchParams(new FormData(target, submitter));
    const answer = await fetch('/sandbox/', { method: 'POST', body });
    if (answer.ok) say(submitter.dataset.said, false);
    else say((await answer.json()).problem, true);
  } catch {
    byId('lost').hidden = false;
  }
  await look();
});

const explain = () => { byId('about').textContent = byId('fault').selectedOptions[0].title; };
byId('fault').addEventListener('change', explain);
addEventListener('pageshow', explain);
document.addEventListener('visibilitychange', look);
for (const entry of document.querySelectorAll('[data-live] > *')) sentFor(entry);
const keepLooking = () => setTimeout(() => look().then(keepLooking), 500);
keepLooking();
`);
