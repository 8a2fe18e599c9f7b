import type { InsightReport } from '../../create-insight.ts';
import { html, type Markup } from '../html.ts';
import { adviceWords, formatCount, formatRate, say, unitWords } from '../words.ts';
import { drawFigure, table, type ToPart } from './figure.ts';

/** Figure 7: declines. */
export function drawDeclines({ declines, notSent, unit }: InsightReport, toPart: ToPart): Markup {
  const total = declines.reduce((sum, { count }) => sum + count, 0);
  const [most] = declines;
  return drawFigure({
    id: 'declines',
    question: 'Why are payments declined?',
    answer: most
      ? html`<strong>${say(adviceWords, most.advice)}</strong> is what ${formatRate(most.count / total)} of the declined
          are told.`
      : 'None was declined.',
    content: html`${table({
        caption: 'Declines, by the advice that customers get',
        head: ['Advice', unitWords[unit].head, 'Most at'],
        rows: declines.map(({ advice, count, issuers }) => [
          say(adviceWords, advice),
          formatCount(count),
          issuers
            .slice(0, 3)
            .map((one) => `${one.issuer} ${formatCount(one.count)}`)
            .join(', '),
        ]),
        texts: [2],
      })}${
        notSent.length > 0 &&
        html`<h3>No OTP was sent</h3>
          ${table({
            caption: 'Errors for which no OTP was sent',
            head: ['Code', unitWords[unit].head],
            rows: notSent.map(({ code, count }) => [code, formatCount(count)]),
          })}`
      }
      <p><a href="${toPart('any', 'declined')}">The newest declined payments</a></p>`,
    formula:
      'Verdicts “failed” but for those after rejected OTPs, by the advice derived from Plural’s public decline codes.',
  });
}
