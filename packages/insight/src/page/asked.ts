/** Payments that a link or the search asks for, above the figures. */

import type { Insight } from '../create-insight.ts';
import { html, type Markup } from './html.ts';
import type { Query } from './query.ts';
import { drawPayments, drawTimeline } from './timeline.ts';
import { endWords, say } from './words.ts';

/** Draws one payment, or the payments of a part. */
export async function drawAsked(
  insight: Insight,
  query: Query,
  toLink: (id: string) => string,
): Promise<Markup | false> {
  const { reference, id, step, end } = query;
  const [nowMs, offset] = [insight.now(), insight.timeZoneOffsetMinutes];
  const asked = reference ?? (id !== undefined && { id });
  if (asked) {
    const row = await insight.payment(asked);
    if (row) return drawTimeline(row, nowMs, offset);
    return html`<p class="notice" role="status">
      No payment is known by that reference. Check it letter by letter; payments are kept for a limited time.
    </p>`;
  }
  if (step === undefined || end === undefined) return false;
  const part = await insight.part({ ...query, step, end });
  return drawPayments(`Payments: ${say(endWords, end)}`, part, toLink, nowMs, offset);
}
