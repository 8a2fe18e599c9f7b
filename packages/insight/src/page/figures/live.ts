import type { Live } from '../../report/live.ts';
import { drawColumns } from '../draw.ts';
import { html, type Markup } from '../html.ts';
import { formatCount, formatRate, formatSeconds, plural, say, stepWords } from '../words.ts';
import { drawFigure, folded, table } from './figure.ts';

/** Notices of the issuers that have trouble now. */
export const drawTrouble = ({ issuers }: Live): Markup[] =>
  issuers
    .filter(({ state }) => state !== 'well')
    .map(
      ({ issuer, state, worked, usual }) =>
        html`<p class="notice">
          <strong>${issuer}</strong>
          ${state === 'down' ? 'is down: its OTPs and its own page fail' : 'has trouble with its OTPs'}. In the last two
          hours they worked for ${formatCount(worked.hits)} of ${formatCount(worked.of)}, usually for
          ${formatRate(usual)} or more.
        </p>`,
    );

/** Figure 1: now. */
export function drawLive({ open, oldestSeconds, paidPerMinute }: Live): Markup {
  const count = open.reduce((sum, { count: some }) => sum + some, 0);
  const paid = paidPerMinute.reduce((sum, some) => sum + some, 0);
  const minutes = paidPerMinute.map((_, index) => (index === 59 ? 'now' : `−${59 - index}`));
  return drawFigure({
    id: 'now',
    question: 'What happens now?',
    answer: html`<strong>${plural(count, 'payment', 'payments')}</strong> under
      way${oldestSeconds !== undefined && html`, the oldest since ${formatSeconds(oldestSeconds)}`};
      <strong>${formatCount(paid)}</strong> paid in the last hour.`,
    content: html`<figure>
        ${drawColumns(paidPerMinute, minutes)}
        <figcaption>Paid in each of the last 60 minutes, the newest last</figcaption>
      </figure>
      ${table({
        caption: 'Payments under way, by step',
        head: ['Under way at', 'Payments'],
        rows: open.map(({ step, count: some }) => [say(stepWords, step), formatCount(some)]),
      })}${folded({
        caption: 'Paid per minute',
        head: ['Minute', 'Paid'],
        rows: paidPerMinute.map((some, index) => [minutes[index] ?? '', formatCount(some)]),
      })}`,
    formula:
      'Payments that were started less than 30 minutes ago and have no verdict, whatever the filters above. An issuer has trouble, which is said at the top, when a cumulative sum over its payments of two hours shows that its OTPs work half as often as in its last week.',
  });
}
