import type { Report } from '../../report/report.ts';
import { drawTrend } from '../draw.ts';
import { html, type Markup } from '../html.ts';
import { endWords, formatCount, formatPoints, drawShare, formatTime, say, stepWords } from '../words.ts';
import { drawFigure, folded, table } from './figure.ts';

/** Figure 3: native OTP and the bank's page. */
export function drawMethods(report: Report, offsetMinutes: number): Markup {
  const { nativePaid, bankPaid, difference, trend, bank } = report;
  const isOpen = difference.low <= 0 && difference.high >= 0;
  const hasBoth = nativePaid.of > 0 && bankPaid.of > 0;
  const band = `${formatPoints(difference.low)} to ${formatPoints(difference.high)}`;
  const verdict = isOpen
    ? 'no difference is shown'
    : difference.difference > 0
      ? 'native OTP does better'
      : 'native OTP does worse';
  const [first, last] = [trend[0], trend.at(-1)].map((point) => (point ? formatTime(point.fromMs, offsetMinutes) : ''));
  return drawFigure({
    id: 'methods',
    question: 'Is native OTP better than the bank’s page?',
    answer: hasBoth
      ? html`<strong>${formatPoints(difference.difference)} points</strong> (${band}): ${verdict}. These are different
          cards, not a split by chance.`
      : 'Only one of the two was used, so there is nothing to compare.',
    content: html`${table({
        caption: 'Native OTP and the bank’s page',
        head: ['Method', 'Finished', 'Paid', 'Share paid (95\u00a0%)'],
        rows: [
          ['Native OTP', formatCount(nativePaid.of), formatCount(nativePaid.hits), drawShare(nativePaid)],
          ['Bank’s page', formatCount(bankPaid.of), formatCount(bankPaid.hits), drawShare(bankPaid)],
        ],
      })}${
        trend.length > 1 &&
        html`<figure>
            ${drawTrend(
              [
                { tone: 'main', points: trend.map(({ native }) => native) },
                { tone: 'other', points: trend.map(({ bank: other }) => other) },
              ],
              [first ?? '', last ?? ''],
            )}
            <figcaption>
              <span class="key">Native OTP</span> <span class="key other">Bank’s page</span> share paid, with its 95 %
              interval
            </figcaption>
          </figure>
          ${folded({
            caption: 'Share paid over time',
            head: ['From', 'Native OTP', 'Bank’s page'],
            rows: trend.map((point) => [
              formatTime(point.fromMs, offsetMinutes),
              drawShare(point.native),
              drawShare(point.bank),
            ]),
          })}`
      }
      <h3>On the bank’s page</h3>
      ${table({
        caption: 'Steps on the bank’s page',
        head: ['Step', 'Reached', 'How they ended there'],
        rows: bank.steps.map(({ name, reached, losses }) => [
          say(stepWords, name),
          formatCount(reached),
          losses.map(({ end, count }) => `${formatCount(count)} ${say(endWords, end)}`).join(', ') || '–',
        ]),
        texts: [2],
      })}`,
    formula:
      'Paid ÷ finished, by the method decided at the start; paid on the bank’s page after leaving native OTP counts for native OTP. The interval of each share is Wilson’s, that of the difference Newcombe’s. Cards that cannot do native OTP always go to the bank’s page, so a difference may be the cards’ and not the method’s.',
  });
}
