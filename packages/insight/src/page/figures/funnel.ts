import type { InsightReport } from '../../create-insight.ts';
import type { FunnelStep } from '../../report/report.ts';
import { drawBar } from '../draw.ts';
import { html, type Markup } from '../html.ts';
import { endWords, formatCount, formatRate, plural, say, stepWords, unitWords } from '../words.ts';
import { drawFigure, folded, type ToPart } from './figure.ts';

/** Sums what was lost at a step, apart from what was paid on the bank's page after all. */
function toLost(losses: FunnelStep['losses']): {
  lost: number;
  paidAtBank: number;
  cause: FunnelStep['losses'][number] | undefined;
} {
  const others = losses.filter(({ end }) => end !== 'paidAtBank');
  const lost = others.reduce((sum, { count }) => sum + count, 0);
  const all = losses.reduce((sum, { count }) => sum + count, 0);
  return { lost, paidAtBank: all - lost, cause: others[0] };
}

/** Figure 2: the funnel. */
export function drawFunnel({ native, unit }: InsightReport, toPart: ToPart): Markup {
  const { started, steps, paid, open } = native;
  const { one: single, many } = unitWords[unit];
  const worst = steps
    .map((step) => ({ ...step, ...toLost(step.losses) }))
    .toSorted((one, other) => other.lost - one.lost)[0];
  const cause = worst?.cause;
  const lines = [...steps, { name: 'paid', reached: paid, losses: [] }];
  const lost = steps.reduce((sum, { losses }) => sum + toLost(losses).lost, 0);
  const atBank = steps.reduce((sum, { losses }) => sum + toLost(losses).paidAtBank, 0);
  return drawFigure({
    id: 'funnel',
    question: 'Where do customers stop?',
    answer:
      worst && cause
        ? html`Most are lost after “${say(stepWords, worst.name)}”:
            <strong>${plural(worst.lost, single, many)}</strong>, mostly ${say(endWords, cause.end)}
            (${formatCount(cause.count)}).`
        : `No ${single} was lost.`,
    content: html`<ol class="steps">
        ${lines.map(
          ({ name, reached, losses }) =>
            html`<li>
              <span>${say(stepWords, name)}</span>${drawBar(reached, name === 'paid' ? 'good' : 'main', started)}<span
                ><strong>${formatCount(reached)}</strong>
                ${formatRate(started > 0 ? reached / started : Number.NaN)}</span
              >${
                losses.length > 0 &&
                html`<span class="losses"
                  >${losses.map(
                    ({ end, count }) =>
                      html`<a class="${end === 'paidAtBank' ? 'quiet' : 'loss'}" href="${toPart(name, end)}"
                        >−${formatCount(count)} ${say(endWords, end)}</a
                      >`,
                  )}</span
                >`
              }
            </li>`,
        )}
      </ol>
      <p class="quiet">
        ${formatCount(started)} started = ${formatCount(paid)} paid + ${formatCount(atBank)} paid on the bank’s page +
        ${formatCount(lost)} lost + ${formatCount(open)} under way.
      </p>
      ${folded({
        caption: 'Steps, with every loss',
        head: ['Step', 'Reached', 'Ended here', 'How'],
        rows: lines.map(({ name, reached, losses }) => [
          say(stepWords, name),
          formatCount(reached),
          formatCount(losses.reduce((sum, { count }) => sum + count, 0)),
          losses.map(({ end, count }) => `${formatCount(count)} ${say(endWords, end)}`).join(', ') || '–',
        ]),
        texts: [3],
      })}`,
    formula:
      'Payments with native OTP. Each is counted once, at the furthest step it reached, by how it ended; a later step proves the earlier ones. Without a verdict it counts as under way for 30 minutes, and then as lost there. Excluded: payments that were sent to the bank’s page at once.',
  });
}
