/** The script of the control page. */
import { Html } from '../lib/html.ts';

/**
 * Updates the control page. Kept as a string, because the page is served by runtimes whose types have no DOM.
 *
 * It waits for changes, and replaces only entries that are new or have changed, so that a selection, the focus, an open
 * entry and the scroll position are kept. Bodies and headers are read when an entry is opened.
 */
export const pageScript: Html = new Html(`
const byId = (id) => document.getElementById(id);
let revision = document.body.dataset.revision;
const query = (more) => '?' + new URLSearchParams([...new URLSearchParams(location.search), ...more]);

function toElement(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild;
}

function replaceEntry(old, fresh) {
  const isOpen = old.open;
  const hadFocus = old.contains(document.activeElement) && document.activeElement.matches('summary, button');
  // What was read for an open entry stays until it was read again.
  if (isOpen) fresh.append(...[...old.children].slice(1));
  if (isOpen) fresh.open = true;
  old.replaceWith(fresh);
  if (isOpen) readDetails(fresh);
  if (hadFocus) fresh.querySelector('summary, button')?.focus();
}

function updateRegion(id, { ids, changed }) {
  const shown = byId(id);
  if (!shown) return;
  const known = new Set(ids);
  for (const entry of [...shown.children]) if (!known.has(entry.id)) entry.remove();
  let position = shown.firstElementChild;
  for (const id of ids) {
    let entry = byId(id);
    if (changed[id] !== undefined) {
      const fresh = toElement(changed[id]);
      if (entry) {
        if (position === entry) position = fresh;
        replaceEntry(entry, fresh);
      } else fresh.classList.add('fresh');
      entry = fresh;
    }
    if (!entry) continue;
    if (entry === position) position = position.nextElementSibling;
    else shown.insertBefore(entry, position);
  }
}

let unread = 0;
function countUnread({ phone }) {
  if (!document.hidden || !phone) return;
  unread += Object.keys(phone.changed).filter((id) => id.startsWith('sms-')).length;
  document.title = (unread ? '(' + unread + ') ' : '') + 'Plural sandbox';
}

async function follow() {
  for (;;) {
    try {
      const response = await fetch('/sandbox/live' + query([['since', revision]]));
      if (!response.ok) throw new Error('no live regions');
      const body = await response.text();
      if (body !== '') {
        const changes = JSON.parse(body);
        revision = changes.revision;
        aheadMs = changes.nowMs - Date.now();
        countUnread(changes.regions);
        for (const [id, region] of Object.entries(changes.regions)) updateRegion(id, region);
        tick();
        localize(document);
        filterCalls();
      }
      byId('disconnected').hidden = true;
    } catch {
      byId('disconnected').hidden = false;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function readDetails(entry) {
  const response = await fetch('/sandbox/details' + query([entry.dataset.part.split('=')]));
  const template = document.createElement('template');
  template.innerHTML = response.ok ? await response.text() : '<p class="empty">The log no longer has this entry.</p>';
  localize(template.content);
  // The summary stays where it is, because moving it would take the focus from it.
  for (const old of [...entry.children].slice(1)) old.remove();
  entry.append(template.content);
}
document.addEventListener('toggle', ({ target }) => {
  if (target.open && target.dataset.part && target.children.length === 1) readDetails(target);
}, true);

// Logs of a shop are in local time, those of the sandbox in UTC.
const localFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
function localize(root) {
  for (const time of root.querySelectorAll('time:not([title])'))
    time.title = localFormat.format(new Date(time.dateTime)) + ' local time';
}

// The sandbox's clock may be another than the browser's.
let aheadMs = Number(document.body.dataset.now) - Date.now();
function tick() {
  if (byId('now').dataset.frozen) return;
  byId('now').textContent = new Date(Date.now() + aheadMs).toISOString().slice(11, 19) + ' UTC';
}

function showStatus(message, isError) {
  byId('status').textContent = message;
  byId('status').classList.toggle('error', isError);
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  if (target.matches('.filter')) return;
  try {
    const body = new URLSearchParams(new FormData(target, submitter));
    const response = await fetch('/sandbox/' + location.search, { method: 'POST', body });
    if (response.ok) showStatus(submitter.dataset.done, false);
    else showStatus((await response.json()).problem, true);
  } catch {
    byId('disconnected').hidden = false;
  }
});

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    showStatus('Copied.', false);
  } catch {
    showStatus('The browser did not allow this page to copy.', true);
  }
});

const filter = document.querySelector('.filter');
filter.hidden = false;
function filterCalls() {
  const { q, operation, status } = Object.fromEntries(new FormData(filter));
  for (const call of document.querySelectorAll('#calls > .call')) {
    const text = call.querySelector('summary').textContent.toLowerCase();
    call.hidden =
      !text.includes(q.trim().toLowerCase()) ||
      (operation !== '' && call.dataset.operation !== operation) ||
      (status !== '' && !call.querySelector('.pill').classList.contains(status));
  }
}
filter.addEventListener('input', filterCalls);

const describeFault = () => { byId('fault-description').textContent = byId('fault').selectedOptions[0].title; };
byId('fault').addEventListener('change', describeFault);
addEventListener('pageshow', () => { describeFault(); filterCalls(); });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unread = 0;
  document.title = 'Plural sandbox';
});
localize(document);
tick();
setInterval(tick, 1000);
follow();
`);
