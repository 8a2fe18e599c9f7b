import type { InsightReport } from '../../create-insight.ts';
import { html, type Markup } from '../html.ts';
import {
  formatCount,
  formatRate,
  formatShare,
  formatTime,
  reasonWords,
  say,
  sourceWords,
  unitWords,
} from '../words.ts';
import { drawFigure, table } from './figure.ts';

/** Figure 8: trust. */
export function drawTrust(
  report: InsightReport,
  lost: { sinceMs: number; losses: Partial<Record<string, number>> },
  words: Readonly<Record<string, string>>,
  offsetMinutes: number,
): Markup {
  const { sources, reasons, eligible, native, bank, unit } = report;
  const verdicts = sources.reduce((sum, { count }) => sum + count, 0);
  const webhook = sources.find(({ source }) => source === 'webhook')?.count ?? 0;
  const losses = Object.entries(lost.losses).filter(([, count]) => (count ?? 0) > 0);
  return drawFigure({
    id: 'trust',
    question: 'Can I trust these numbers?',
    answer:
      verdicts >= 20 && webhook === 0
        ? html`<strong>No verdict came by webhook:</strong> it is not set up, or does not arrive.`
        : html`${formatCount(native.open + bank.open)} of ${formatCount(report.payments)} ${unitWords[unit].many} are
          under way; the others are final or counted as lost.`,
    content: html`${table({
        caption: 'What found the verdict',
        head: ['Verdict found by', unitWords[unit].head, 'Share'],
        rows: sources.map(({ source, count }) => [
          say(sourceWords, source),
          formatCount(count),
          formatRate(count / verdicts),
        ]),
      })}${table({
        caption: 'Reason for the method',
        head: [`Native OTP: ${formatShare(eligible)}`, unitWords[unit].head],
        rows: reasons.map(({ because, count }) => [say(reasonWords, because), formatCount(count)]),
      })}
      <p class="quiet">
        Events not kept since ${formatTime(lost.sinceMs, offsetMinutes)}:
        ${
          losses.length === 0
            ? 'none'
            : losses.map(([reason, count]) => `${formatCount(count ?? 0)} ${say(words, reason)}`).join(', ')
        }.
      </p>`,
    formula:
      'A verdict is the order read at Plural; the table says what made the shop read it. Events not kept are those of the process that shows this page.',
  });
}
