/** The report: what the page shows, from counts alone. */

import { bucketBounds, estimatePercentile } from '../numbers/buckets.ts';
import { toDifference, toShare, type Share } from '../numbers/intervals.ts';
import type { Cell } from './cells.ts';
import { addCounts, bankSteps, ends, nativeSteps, type Counts, type End } from './count-payment.ts';

/** One step of a funnel. */
export interface FunnelStep {
  name: string;
  /** Payments that reached the step. */
  reached: number;
  /** Payments that ended at the step, by how. */
  losses: { end: End; count: number }[];
}

/** A funnel. The parts add up: `started` is the sum of all losses, of `paid` and of `open`. */
export interface Funnel {
  started: number;
  steps: FunnelStep[];
  paid: number;
  open: number;
}

/** Percentiles of a duration in seconds, and its histogram. */
export interface Leg {
  count: number;
  p50: number | undefined;
  p90: number | undefined;
  p99: number | undefined;
  histogram: readonly number[];
}

/** One issuer. */
export interface IssuerLine {
  issuer: string;
  /** Finished payments and those of them that were paid. */
  paid: Share;
  /** Payments lost against the shop's own average; negative for better than that. */
  lost: number;
  sent: Share;
  missed: Share;
  typed: Leg;
  native: Share;
}

/** One manner of entry, and whether the first code was right. */
export interface EntryLine {
  manner: string;
  count: number;
  first: Share;
  edited: number;
}

/** Figures of one span of time. */
export interface Report {
  payments: number;
  orders: number;
  simulated: number;
  native: Funnel;
  bank: Funnel;
  /** Share of finished payments that were paid, by method. */
  nativePaid: Share;
  bankPaid: Share;
  difference: { difference: number; low: number; high: number };
  issuers: IssuerLine[];
  typed: Leg;
  verdict: Leg;
  all: Leg;
  entries: EntryLine[];
  hidden: number;
  resent: Share;
  declines: { advice: string; count: number; issuers: { issuer: string; count: number }[] }[];
  notSent: { code: string; count: number }[];
  sources: { source: string; count: number }[];
  reasons: { because: string; count: number }[];
  eligible: Share;
  trend: { fromMs: number; native: Share; bank: Share }[];
}

const get = (counts: Readonly<Counts>, name: string): number => counts[name] ?? 0;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Returns counts of one prefix by the rest of their name, most first. */
function byPrefix(counts: Readonly<Counts>, prefix: string): [name: string, count: number][] {
  return Object.entries(counts)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
    .toSorted((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
}

function toLeg(counts: Readonly<Counts>, name: string): Leg {
  const histogram = Array.from({ length: bucketBounds.length + 1 }, (_, index) => get(counts, `leg.${name}.${index}`));
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => estimatePercentile(histogram, share));
  return { count: sum(histogram), p50, p90, p99, histogram };
}

function toFunnel(counts: Readonly<Counts>, names: readonly string[]): Funnel {
  const at = (depth: number, end: End): number => get(counts, `at.${depth}.${end}`);
  const losing = ends.filter((end) => end !== 'paid' && end !== 'open');
  const steps = names.map((name, depth) => ({
    name,
    reached: sum(names.map((_, other) => (other < depth ? 0 : sum(ends.map((end) => at(other, end)))))),
    losses: losing
      .map((end) => ({ end, count: at(depth, end) }))
      .filter(({ count }) => count > 0)
      .toSorted((one, other) => other.count - one.count),
  }));
  return {
    started: get(counts, 'n'),
    steps,
    paid: sum(names.map((_, depth) => at(depth, 'paid'))),
    open: sum(names.map((_, depth) => at(depth, 'open'))),
  };
}

/** Returns finished payments and those that were paid, wherever the customer proved to be the cardholder. */
function toPaidShare(counts: Readonly<Counts>): Share {
  const ended = (end: End): number => sum(nativeSteps.map((_, depth) => get(counts, `at.${depth}.${end}`)));
  return toShare(ended('paid') + ended('paidAtBank'), get(counts, 'n') - ended('open'));
}

function toIssuerLine(issuer: string, counts: Readonly<Counts>, native: Readonly<Counts>, average: number): IssuerLine {
  const funnel = toFunnel(native, nativeSteps);
  const reached = (name: string): number => funnel.steps.find((step) => step.name === name)?.reached ?? 0;
  const paid = toPaidShare(counts);
  return {
    issuer,
    paid,
    lost: paid.of * average - paid.hits,
    sent: toShare(reached('sent'), reached('shown')),
    missed: toShare(get(native, 'missed'), reached('submitted')),
    typed: toLeg(native, 'typed'),
    native: toShare(get(native, 'n'), get(counts, 'n')),
  };
}

function sumBy<Key>(cells: readonly Cell[], toKey: (cell: Cell) => Key): Map<Key, Counts> {
  const sums = new Map<Key, Counts>();
  for (const cell of cells) {
    const key = toKey(cell);
    let counts = sums.get(key);
    if (!counts) sums.set(key, (counts = {}));
    addCounts(counts, cell.counts);
  }
  return sums;
}

const isBank = ({ method }: Cell): boolean => method === 'bankPage';

/** Sums the spans of each method and issuer, so that all further sums are over few cells. */
const foldSpans = (spans: readonly Cell[]): Cell[] =>
  [...sumBy(spans, ({ method, issuer }) => `${method}|${issuer}`)].map(([name, counts]) => {
    const [method = '', issuer = ''] = name.split('|');
    return { fromMs: 0, method, issuer, counts };
  });

/** Builds the report of counts. */
export function toReport(spans: readonly Cell[]): Report {
  const cells = foldSpans(spans);
  const total = sumBy(cells, () => '').get('') ?? {};
  const byMethod = sumBy(cells, isBank);
  const native = byMethod.get(false) ?? {};
  const bank = byMethod.get(true) ?? {};
  const [nativePaid, bankPaid] = [toPaidShare(native), toPaidShare(bank)];
  const { rate } = toPaidShare(total);
  const byIssuer = sumBy(cells, ({ issuer }) => issuer);
  const nativeByIssuer = sumBy(
    cells.filter((cell) => !isBank(cell)),
    ({ issuer }) => issuer,
  );
  const decline = (advice: string): { issuer: string; count: number }[] =>
    [...byIssuer]
      .map(([issuer, counts]) => ({ issuer, count: get(counts, `advice.${advice}`) }))
      .filter(({ count }) => count > 0)
      .toSorted((one, other) => other.count - one.count);
  return {
    payments: get(total, 'n'),
    orders: get(total, 'orders'),
    simulated: get(total, 'simulated'),
    native: toFunnel(native, nativeSteps),
    bank: toFunnel(bank, bankSteps),
    nativePaid,
    bankPaid,
    difference: toDifference(nativePaid, bankPaid),
    issuers: [...byIssuer]
      .map(([issuer, counts]) => toIssuerLine(issuer, counts, nativeByIssuer.get(issuer) ?? {}, rate || 0))
      .toSorted((one, other) => other.lost - one.lost || one.issuer.localeCompare(other.issuer)),
    typed: toLeg(native, 'typed'),
    verdict: toLeg(native, 'verdict'),
    all: toLeg(total, 'all'),
    entries: byPrefix(native, 'by.').map(([manner, count]) => ({
      manner,
      count,
      first: toShare(get(native, `first.${manner}`), count),
      edited: get(native, `edited.${manner}`),
    })),
    hidden: get(native, 'hidden'),
    resent: toShare(get(native, 'resentPaid'), get(native, 'resent')),
    declines: byPrefix(total, 'advice.').map(([advice, count]) => ({ advice, count, issuers: decline(advice) })),
    notSent: byPrefix(native, 'notSent.').map(([code, count]) => ({ code, count })),
    sources: byPrefix(total, 'source.').map(([source, count]) => ({ source, count })),
    reasons: byPrefix(total, 'why.').map(([because, count]) => ({ because, count })),
    eligible: toShare(get(native, 'n'), get(total, 'n')),
    trend: toTrend(spans),
  };
}

/** Names of the counts of which a share is made. */
const shareNames: readonly string[] = [
  'n',
  ...(['paid', 'paidAtBank', 'open'] as const).flatMap((end) => nativeSteps.map((_, depth) => `at.${depth}.${end}`)),
];

function toTrend(cells: readonly Cell[]): Report['trend'] {
  const sums = new Map<number, { native: Counts; bank: Counts }>();
  for (const cell of cells) {
    let sum = sums.get(cell.fromMs);
    if (!sum) sums.set(cell.fromMs, (sum = { native: {}, bank: {} }));
    const counts = isBank(cell) ? sum.bank : sum.native;
    for (const name of shareNames) counts[name] = get(counts, name) + get(cell.counts, name);
  }
  return [...sums]
    .toSorted(([one], [other]) => one - other)
    .map(([fromMs, { native, bank }]) => ({ fromMs, native: toPaidShare(native), bank: toPaidShare(bank) }));
}
