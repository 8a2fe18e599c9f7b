import type { InsightReport } from '../../create-insight.ts';
import { html, type Markup } from '../html.ts';
import { formatCount, formatRate, drawShare, mannerWords, say, unitWords } from '../words.ts';
import { drawFigure, table } from './figure.ts';

/** Figure 6: entry. */
export function drawEntries({ entries, hidden, resent, native, unit }: InsightReport): Markup {
  const most = entries.find(({ manner }) => manner !== 'untold');
  const submitted = native.steps.find(({ name }) => name === 'submitted')?.reached ?? 0;
  return drawFigure({
    id: 'entries',
    question: 'How does the OTP come in?',
    answer: most
      ? html`Mostly <strong>${say(mannerWords, most.manner).toLowerCase()}</strong>: right at the first try in
          ${formatRate(most.first.rate)}.`
      : 'No page told how.',
    content: html`${table({
        caption: 'Manner of entry',
        head: ['Manner', unitWords[unit].head, 'Right at the first try (95\u00a0%)', 'Edited by hand'],
        rows: entries.map(({ manner, count, first, edited }) => [
          say(mannerWords, manner),
          formatCount(count),
          drawShare(first),
          formatCount(edited),
        ]),
      })}
      <p class="quiet">
        ${formatCount(hidden)} of ${formatCount(submitted)} went to another app before the first key. Of
        ${formatCount(resent.of)} who asked for another OTP, ${formatCount(resent.hits)} paid.
      </p>`,
    formula:
      'The first OTP handed in of each payment, as the page noted it; “not told” where notes are off, or the step ran without script. No digit is ever noted.',
  });
}
