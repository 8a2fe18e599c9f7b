/** The latest activity on the merchant's page: what customers, banks and staff did. */

import { type Html, html } from '../../html.ts';
import type { ListedEntry } from '../../repository.ts';
import { sayEntry, sayKind, shortTime } from './words.ts';

/** Entries that are shown at once. */
const shownEntries = 8;

/** Renders the entries, the newest first; all but the first few fold into one row. */
export function activity(entries: readonly ListedEntry[], nowMs: number): Html {
  const earlier = entries.slice(shownEntries);
  const list = (some: readonly ListedEntry[]): Html =>
    html`<ol class="activity">
      ${some.map(
        (entry) =>
          html`<li data-entry="${entry.text}">
            <span class="kind kind-${entry.kind}">${sayKind(entry.kind)}</span>
            <span
              >${sayEntry(entry)}${entry.orderNumber !== undefined && html` · <a href="/merchant/orders/${entry.orderNumber}">${entry.orderNumber}</a>`}</span
            >
            ${shortTime(entry.atMs, nowMs)}
          </li>`,
      )}
    </ol>`;
  return html`<section class="panel" aria-labelledby="activity" id="latest" data-live>
    <h2 id="activity">Latest activity</h2>
    ${
      entries.length === 0
        ? html`<p>Nothing yet. What customers, banks and staff do will be listed here.</p>`
        : list(entries.slice(0, shownEntries))
    }
    ${
      earlier.length > 0 &&
      html`<details class="earlier" id="earlier">
        <summary>${earlier.length} earlier</summary>
        ${list(earlier)}
      </details>`
    }
  </section>`;
}
