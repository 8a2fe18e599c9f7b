import fc from 'fast-check';
import {
  columnNames,
  columns,
  createRow,
  formatEntry,
  formatNotSent,
  formatVerdict,
  type PaymentRow,
} from '../../src/payment-row.ts';

const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  verdict: fc
    .record({
      ms: fc.nat(1_000_000),
      outcome: fc.constantFrom('paid', 'failed', 'cancelled', 'authorized'),
      advice: fc.constantFrom('', 'checkFunds'),
      source: fc.constantFrom('webhook', 'status'),
    })
    .map(formatVerdict),
  entry: fc
    .record({
      by: fc.constantFrom('typed', 'pasted'),
      edited: fc.boolean(),
      firstKeySeconds: fc.option(fc.nat(600), { nil: undefined }),
      hiddenSeconds: fc.option(fc.nat(600), { nil: undefined }),
      usableMs: fc.option(fc.nat(9000), { nil: undefined }),
    })
    .chain((note) => fc.integer({ min: 1, max: 12 }).map((nth) => formatEntry(nth, note))),
  not_sent: fc.tuple(fc.nat(100_000), fc.constantFrom('TIMEOUT', 'BUSY')).map(([ms, code]) => formatNotSent(ms, code)),
  // Names whose order differs between languages and bytes.
  issuer: fc.constantFrom('HDFC', 'Å BANK', 'ZBANK', 'a bank', '_BANK', 'बैंक'),
};

const toCell = (name: (typeof columnNames)[number]): fc.Arbitrary<string | number> =>
  columns[name][0] === 'TEXT' ? (texts[name] ?? fc.constantFrom('A', 'b', 'ab')) : fc.nat(2_000_000_000);

/** Any row of one payment. */
export const anyRow = (id: string): fc.Arbitrary<PaymentRow> =>
  fc
    .record(
      Object.fromEntries(
        columnNames.map((name) => [
          name,
          fc.option<string | number>(toCell(name), {
            nil: null,
          }),
        ]),
      ),
    )
    .map((known) => createRow(id, known as Partial<PaymentRow>));
