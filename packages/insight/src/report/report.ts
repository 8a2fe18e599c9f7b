/** The report: what the page shows, from counts alone. */

import { bucketBounds, estimatePercentile } from '../numbers/buckets.ts';
import { toDifference, toShare, type Share } from '../numbers/intervals.ts';
import type { Cell } from './cells.ts';
import { bankSteps, ends, nativeSteps, shareRoles, type End, type ShareRole } from './count-payment.ts';
import { add, addPacked, byPrefix, getCount as get, type Counts } from './tally.ts';

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
  /** From the start of the step on the page until its field took digits. */
  usable: Leg;
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

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function toLeg(counts: Counts, name: string): Leg {
  const histogram = Array.from({ length: bucketBounds.length + 1 }, (_, index) => get(counts, `leg.${name}.${index}`));
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => estimatePercentile(histogram, share));
  return { count: sum(histogram), p50, p90, p99, histogram };
}

function toFunnel(counts: Counts, names: readonly string[]): Funnel {
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
function toPaidShare(counts: Counts): Share {
  const ended = (end: End): number => sum(nativeSteps.map((_, depth) => get(counts, `at.${depth}.${end}`)));
  return toShare(ended('paid') + ended('paidAtBank'), get(counts, 'n') - ended('open'));
}

function toIssuerLine(issuer: string, counts: Counts, native: Counts, average: number): IssuerLine {
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

/** Sums of one method and issuer. */
interface Group {
  isBank: boolean;
  issuer: string;
  counts: Counts;
}

type ShareCounts = Record<ShareRole, number>;
const noShare = (): ShareCounts => ({ of: 0, hits: 0, open: 0 });
const toSpanShare = ({ of, hits, open }: ShareCounts): Share => toShare(hits, of - open);

/** Sums cells by method and issuer, and what a share is made of by span and method: in one pass, as there may be many. */
function foldCells(cells: readonly Cell[]): { groups: Group[]; trend: Report['trend']; orders: number } {
  let orders = 0;
  const groups = new Map<string, Group>();
  const spans = new Map<number, { native: ShareCounts; bank: ShareCounts }>();
  for (const { fromMs, method, issuer, isFollowed, counts } of cells) {
    const isBank = method === 'bankPage';
    const name = `${isBank}|${issuer}`;
    let group = groups.get(name);
    if (!group) groups.set(name, (group = { isBank, issuer, counts: [] }));
    addPacked(group.counts, counts);
    let span = spans.get(fromMs);
    if (!span) spans.set(fromMs, (span = { native: noShare(), bank: noShare() }));
    const share = isBank ? span.bank : span.native;
    for (let at = 0; at < counts.length; at += 2) {
      const role = shareRoles[counts[at] ?? 0];
      if (role === undefined) continue;
      share[role] += counts[at + 1] ?? 0;
      if (role === 'of' && !isFollowed) orders += counts[at + 1] ?? 0;
    }
  }
  const trend = [...spans]
    .toSorted(([one], [other]) => one - other)
    .map(([fromMs, { native, bank }]) => ({ fromMs, native: toSpanShare(native), bank: toSpanShare(bank) }));
  return { groups: [...groups.values()], trend, orders };
}

/** Sums groups. */
function sumGroups(groups: readonly Group[]): Counts {
  const total: Counts = [];
  for (const { counts } of groups) for (const [index, count] of counts.entries()) if (count) add(total, index, count);
  return total;
}

/** Builds the report of counts. */
export function toReport(cells: readonly Cell[]): Report {
  const { groups, trend, orders } = foldCells(cells);
  const total = sumGroups(groups);
  const native = sumGroups(groups.filter(({ isBank }) => !isBank));
  const bank = sumGroups(groups.filter(({ isBank }) => isBank));
  const [nativePaid, bankPaid] = [toPaidShare(native), toPaidShare(bank)];
  const { rate } = toPaidShare(total);
  const byIssuer = new Map(
    [...new Set(groups.map(({ issuer }) => issuer))].map((issuer) => [
      issuer,
      sumGroups(groups.filter((group) => group.issuer === issuer)),
    ]),
  );
  const nativeByIssuer = new Map(groups.filter(({ isBank }) => !isBank).map((group) => [group.issuer, group.counts]));
  const decline = (advice: string): { issuer: string; count: number }[] =>
    [...byIssuer]
      .map(([issuer, counts]) => ({ issuer, count: get(counts, `advice.${advice}`) }))
      .filter(({ count }) => count > 0)
      .toSorted((one, other) => other.count - one.count || one.issuer.localeCompare(other.issuer));
  return {
    payments: get(total, 'n'),
    orders,
    simulated: get(total, 'simulated'),
    native: toFunnel(native, nativeSteps),
    bank: toFunnel(bank, bankSteps),
    nativePaid,
    bankPaid,
    difference: toDifference(nativePaid, bankPaid),
    issuers: [...byIssuer]
      .map(([issuer, counts]) => toIssuerLine(issuer, counts, nativeByIssuer.get(issuer) ?? [], rate || 0))
      .toSorted((one, other) => other.lost - one.lost || one.issuer.localeCompare(other.issuer)),
    typed: toLeg(native, 'typed'),
    verdict: toLeg(native, 'verdict'),
    all: toLeg(total, 'all'),
    usable: toLeg(native, 'usable'),
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
    trend,
  };
}
