/** Payments that a link or the search asks for, above the figures. */

import type { Insight } from '../create-insight.ts';
import type { PaymentRow } from '../payment-row.ts';
import { bankSteps, nativeSteps, toDepth, toEnd } from '../report/count-payment.ts';
import { html, type Markup } from './html.ts';
import type { Query } from './query.ts';
import { drawPayments, drawTimeline } from './timeline.ts';
import { endWords, say } from './words.ts';

/** Draws one payment, or the payments of a part. */
export async function drawAsked(
  insight: Insight,
  { reference, id, step, end, issuer, network }: Query,
  toLink: (id: string) => string,
): Promise<Markup | false> {
  const [nowMs, offset] = [insight.now(), insight.timeZoneOffsetMinutes];
  if (reference !== undefined || id !== undefined) {
    const row =
      reference === undefined ? (await insight.recent((one) => one.id === id))[0] : await insight.payment(reference);
    if (row) return drawTimeline(row, nowMs, offset);
    return html`<p class="notice" role="status">
      No payment is known by that reference. Check it letter by letter; payments are kept for a limited time.
    </p>`;
  }
  if (step === undefined || end === undefined) return false;
  const steps: readonly string[] = nativeSteps;
  const isWanted = (row: PaymentRow): boolean => {
    const rowEnd = toEnd(row, nowMs);
    const names = row.method === 'bankPage' ? bankSteps : nativeSteps;
    const isAtStep = step === 'any' || (row.method !== 'bankPage' && names[toDepth(row, rowEnd)] === step);
    const isInFilters =
      (issuer === undefined || row.issuer === issuer) && (network === undefined || row.network === network);
    return rowEnd === end && isAtStep && isInFilters;
  };
  const title = steps.includes(step) || step === 'any' ? `Payments: ${say(endWords, end)}` : 'Payments';
  return drawPayments(title, await insight.recent(isWanted), toLink, nowMs, offset);
}
