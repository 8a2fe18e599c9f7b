/** One payment, and lists of payments. */

import { parseEntry, parseNotSent, parseVerdict, type PaymentRow } from '../payment-row.ts';
import { toEnd } from '../report/count-payment.ts';
import type { PartRows } from '../report/part.ts';
import { table } from './figures/figure.ts';
import { html, type Markup } from './html.ts';
import {
  adviceWords,
  endWords,
  formatCount,
  formatSeconds,
  formatTime,
  mannerWords,
  methodWords,
  say,
  sourceWords,
  stepWords,
} from './words.ts';

const moments = [
  ['shown_ms', 'shown'],
  ['sent_ms', 'sent'],
  ['submitted_ms', 'submitted'],
  ['accepted_ms', 'accepted'],
  ['left_ms', 'left'],
  ['returned_ms', 'returned'],
] as const;

/** Draws what is known of one payment, in the order in which it happened. */
export function drawTimeline(row: PaymentRow, nowMs: number, offsetMinutes: number): Markup {
  const verdict = parseVerdict(row.verdict);
  const entry = parseEntry(row.entry);
  const notSent = parseNotSent(row.not_sent);
  const steps: [ms: number, text: string][] = [
    [0, `${say(stepWords, 'started')}: ${say(methodWords, row.method ?? '')}`],
  ];
  for (const [column, step] of moments) {
    const ms = row[column];
    if (ms !== null) steps.push([ms, say(stepWords, step)]);
  }
  if (notSent !== undefined) steps.push([Number(row.not_sent?.slice(0, 12)), `No OTP was sent: ${notSent}`]);
  if (row.cancelled_ms !== null) steps.push([row.cancelled_ms, 'Cancelled by the customer']);
  if (row.away_ms !== null) steps.push([row.away_ms, 'Page closed']);
  if (verdict) {
    const advice = verdict.advice === '' ? '' : `, advice: ${say(adviceWords, verdict.advice)}`;
    steps.push([verdict.ms, `Verdict: ${verdict.outcome}${advice}. Found by: ${say(sourceWords, verdict.source)}`]);
  }
  return html`<section aria-labelledby="payment">
    <h2 id="payment">One payment: ${say(endWords, toEnd(row, nowMs))}</h2>
    <p>
      ${row.issuer ?? ''} ${row.network ?? ''}, started ${formatTime(row.started_ms ?? 0, offsetMinutes)}, payment
      ${row.attempt ?? 1} of its order.
      ${
        row.method !== 'bankPage' &&
        html`OTPs handed in: ${row.submits ?? 0}, wrong: ${row.misses ?? 0}, sent again: ${row.resends ?? 0}.`
      }
      ${entry && html`First OTP: ${say(mannerWords, entry.by).toLowerCase()}${entry.firstKeySeconds !== undefined && html`, first key after ${entry.firstKeySeconds} s`}${(entry.hiddenSeconds ?? 0) > 0 && html`, ${entry.hiddenSeconds} s in another app`}.`}
    </p>
    <ol>
      ${steps
        .toSorted((one, other) => one[0] - other[0])
        .map(([ms, text]) => html`<li>${ms === 0 ? '0 s' : formatSeconds(ms / 1000)}: ${text}</li>`)}
    </ol>
  </section>`;
}

/** Draws a list of payments that links to each. */
export const drawPayments = (
  title: string,
  { count, rows }: PartRows,
  toLink: (id: string) => string,
  nowMs: number,
  offsetMinutes: number,
): Markup =>
  html`<section aria-labelledby="payments">
    <h2 id="payments">${title}</h2>
    <p class="quiet">
      The newest ${formatCount(rows.length)} of ${formatCount(count)}. References are kept as keyed hashes only: ask for
      one to find its payment.
    </p>
    ${
      rows.length === 0
        ? html`<p>None.</p>`
        : table({
            caption: 'Payments',
            head: ['Payment', 'Started', 'Issuer', 'Method', 'End'],
            rows: rows.map((row) => [
              html`<a href="${toLink(row.id)}">${row.id.slice(0, 8)}</a>`,
              formatTime(row.started_ms ?? 0, offsetMinutes),
              row.issuer ?? '',
              say(methodWords, row.method ?? ''),
              say(endWords, toEnd(row, nowMs)),
            ]),
            texts: [1, 2, 3, 4],
          })
    }
  </section>`;
