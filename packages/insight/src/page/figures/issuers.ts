import type { InsightReport } from '../../create-insight.ts';
import { drawInterval } from '../draw.ts';
import { html, type Markup } from '../html.ts';
import { formatCount, formatRate, formatSeconds, drawShare, plural, unitWords } from '../words.ts';
import { drawFigure, table } from './figure.ts';

/** Figure 4: issuers. */
export function drawIssuers(
  { issuers, nativePaid, bankPaid, unit }: InsightReport,
  toIssuer: (issuer: string) => string,
): Markup {
  const { one: single, many } = unitWords[unit];
  const hits = nativePaid.hits + bankPaid.hits;
  const of = nativePaid.of + bankPaid.of;
  const average = of > 0 ? hits / of : 0;
  const lows = issuers.filter(({ paid }) => paid.of > 0).map(({ paid }) => paid.low);
  const domain = [Math.max(Math.min(...lows, average) - 0.05, 0), 1] as const;
  const [worst] = issuers;
  return drawFigure({
    id: 'issuers',
    question: 'Which issuers fail, and where?',
    answer:
      worst && worst.lost > 0.5
        ? html`<strong>${worst.issuer}</strong> loses most: ${plural(worst.lost, single, many)} more than at the average
            of ${formatRate(average)}.`
        : 'No issuer stands out.',
    content: table({
      caption: `Issuers, by ${many} lost`,
      head: [
        'Issuer',
        'Lost',
        'Interval',
        'Share paid (95\u00a0%)',
        'OTP sent',
        'Wrong OTP',
        'Typed in (median)',
        'Finished',
      ],
      rows: issuers.map((one) => [
        html`<a href="${toIssuer(one.issuer)}">${one.issuer}</a>`,
        one.lost >= 0.5 ? formatCount(one.lost) : '–',
        drawInterval(one.paid, average, domain),
        drawShare(one.paid),
        formatRate(one.sent.rate),
        formatRate(one.missed.rate),
        formatSeconds(one.typed.p50),
        formatCount(one.paid.of),
      ]),
      texts: [2],
    }),
    formula:
      'Lost = finished × the average share paid of all issuers here − paid; below zero is shown as –. The dashed line is that average. OTP sent ÷ step shown; payments with a wrong OTP ÷ with one handed in. Issuers are as Plural names them, in capitals. A short interval is a sure one: few payments prove little.',
  });
}
