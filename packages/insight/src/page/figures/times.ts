/** Figure 5: times between the steps. */

import type { InsightReport } from '../../create-insight.ts';
import type { Leg } from '../../report/report.ts';
import { bucketBounds } from '../../numbers/buckets.ts';
import { drawColumns } from '../draw.ts';
import { html, type Markup } from '../html.ts';
import { formatCount, formatSeconds, unitWords } from '../words.ts';
import { drawFigure, folded, table } from './figure.ts';

/** Formats a percentile; of what is longer than the last bound, no more is known. */
const formatPercentile = (seconds: number | undefined): string =>
  seconds !== undefined && seconds >= (bucketBounds.at(-1) ?? Infinity)
    ? `> ${formatSeconds(seconds)}`
    : formatSeconds(seconds);

const legLine = (name: string, { count, p50, p90, p99 }: Leg): string[] => [
  name,
  ...[p50, p90, p99].map(formatPercentile),
  formatCount(count),
];

const bucketNames: readonly string[] = [...bucketBounds.map((bound) => `≤ ${bound}`), `> ${bucketBounds.at(-1)}`];

/** Figure 5: times. */
export function drawTimes({ typed, verdict, all, usable, unit }: InsightReport): Markup {
  return drawFigure({
    id: 'times',
    question: 'How long does it take?',
    answer: html`From the OTP sent to handed in, half take <strong>${formatSeconds(typed.p50)}</strong> or less; to the
      verdict another ${formatSeconds(verdict.p50)}.`,
    content: html`${table({
        caption: 'Times',
        head: ['From → to', 'Half within', '90 % within', '99 % within', unitWords[unit].head],
        rows: [
          legLine('OTP sent → handed in', typed),
          legLine('Handed in → verdict', verdict),
          legLine('Start → paid', all),
          legLine('Step opened → field ready', usable),
        ],
      })}
      <figure>
        ${drawColumns(typed.histogram, bucketNames)}
        <figcaption>Seconds from the OTP sent to handed in</figcaption>
      </figure>
      ${folded({
        caption: 'Seconds from the OTP sent to handed in',
        head: ['Seconds', unitWords[unit].head],
        rows: typed.histogram.map((count, index) => [bucketNames[index] ?? '', formatCount(count)]),
      })}`,
    formula:
      'First OTP sent to first OTP handed in, with what the message takes; first OTP handed in to the verdict of payments that were paid; field ready as the page tells it with the first OTP. Percentiles are estimated within the columns drawn.',
  });
}
