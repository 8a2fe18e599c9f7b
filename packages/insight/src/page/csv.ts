/** The issuers of a report as CSV. */

import type { Report } from '../report/report.ts';

/** Smallest number of payments that is told apart: fewer might lead to a person. */
export const leastExported = 5;

const quote = (value: string | number): string => {
  const text = String(value);
  // A spreadsheet would run a cell that begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const rate = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(4));

/** Writes a report as CSV, one line per issuer with at least five payments. */
export function toCsv({ issuers }: Report): string {
  const head = [
    'issuer',
    'finished',
    'paid',
    'rate',
    'low',
    'high',
    'lost',
    'otp_sent_rate',
    'wrong_otp_rate',
    'typed_p50_s',
  ];
  const lines = issuers
    .filter(({ paid }) => paid.of >= leastExported)
    .map(({ issuer, paid, lost, sent, missed, typed }) =>
      [
        issuer,
        paid.of,
        paid.hits,
        rate(paid.rate),
        rate(paid.low),
        rate(paid.high),
        Math.max(lost, 0).toFixed(1),
        rate(sent.rate),
        rate(missed.rate),
        typed.p50?.toFixed(1) ?? '',
      ].map(quote),
    );
  return [head, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}
