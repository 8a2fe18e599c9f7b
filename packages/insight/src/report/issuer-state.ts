/**
 * Tells whether the OTP of an issuer works now. A cumulative sum compares its last payments with its usual share (E. S.
 * Page, "Continuous inspection schemes", 1954): it needs no stored state, so every process finds the same from the same rows.
 */

import { toShare } from '../numbers/intervals.ts';
import { parseVerdict, type PaymentRow } from '../payment-row.ts';
import type { Cell } from './cells.ts';
import { bankSteps, ends, isPaid, nativeSteps, toDepth, toEnd, type End } from './count-payment.ts';
import { addPacked, getCount, type Counts } from './tally.ts';

/**
 * State of an issuer. `well`: as usual. `otpSick`: its OTPs succeed half as often as usual, or less. `down`: its own page
 * does so too.
 */
export type IssuerState = 'well' | 'otpSick' | 'down';

/** One issuer and its state. */
export interface IssuerNow {
  issuer: string;
  state: IssuerState;
  /** Share of its payments by native OTP whose OTP worked in the last two hours. */
  worked: { hits: number; of: number };
  /** Share that usually works: of its last days, drawn to the shop's where they are few. */
  usual: number;
}

/** Sum at which an issuer is sick, and sum in its favour at which it is well again. */
const [sickAt, wellAt] = [7, 3];
/** Time after which a payment without an accepted OTP counts, although it may still end. */
const ripeMs = 10 * 60_000;
/** Payments for which the share of the whole shop stands in that of an issuer, and a usual share in that of the shop. */
const priorWeight = 50;
const priorRate = 0.8;

type Way = 'native' | 'bank';

/** Returns whether the OTP worked for a payment that ended in this way; `undefined` when it did not come to that. */
function didOtpWork(depth: number, end: End): boolean | undefined {
  if (depth === nativeSteps.length - 1) return true;
  if (depth < 2) return end === 'notSent' ? false : undefined;
  if (end === 'open') return undefined;
  return end === 'declined';
}

/** Returns whether the bank's page led back. */
function didBankWork(row: PaymentRow, nowMs: number): boolean | undefined {
  if (row.left_ms === null) return undefined;
  if (row.returned_ms !== null || isPaid(parseVerdict(row.verdict))) return true;
  return nowMs - (row.started_ms ?? 0) - row.left_ms < ripeMs ? undefined : false;
}

function didNativeWork(row: PaymentRow, nowMs: number): boolean | undefined {
  if (row.method === 'bankPage') return undefined;
  const end = toEnd(row, nowMs);
  const depth = toDepth(row, end);
  if (end !== 'open' || depth === nativeSteps.length - 1) return didOtpWork(depth, end);
  // An OTP that was not sent tells at once; one that was sent has its time.
  if (depth < 2) return row.not_sent === null ? undefined : false;
  return nowMs - (row.started_ms ?? 0) < ripeMs ? undefined : false;
}

interface Sums {
  hits: number;
  of: number;
}

/** Counts in which way a method worked. */
function countWorked(counts: Counts, method: string): Record<Way, Sums> {
  const sums: Record<Way, Sums> = { native: { hits: 0, of: 0 }, bank: { hits: 0, of: 0 } };
  const add = (way: Way, worked: boolean | undefined, count: number): void => {
    if (worked === undefined) return;
    sums[way].of += count;
    if (worked) sums[way].hits += count;
  };
  const steps = method === 'bankPage' ? bankSteps : nativeSteps;
  for (const depth of steps.keys()) {
    for (const end of ends) {
      const count = getCount(counts, `at.${depth}.${end}`);
      if (count === 0) continue;
      if (method !== 'bankPage') {
        add('native', didOtpWork(depth, end), count);
        if (end === 'paidAtBank' || end === 'atBank') add('bank', end === 'paidAtBank', count);
      } else if (depth > 0) add('bank', depth === 2, count);
    }
  }
  return sums;
}

/** Returns the usual shares by issuer, of its past days. */
function toUsual(past: readonly Cell[]): (issuer: string, way: Way) => number {
  const groups = new Map<string, { issuer: string; method: string; counts: Counts }>();
  for (const { issuer, method, counts } of past) {
    const name = `${method}|${issuer}`;
    let group = groups.get(name);
    if (!group) groups.set(name, (group = { issuer, method, counts: [] }));
    addPacked(group.counts, counts);
  }
  const shop: Record<Way, Sums> = { native: { hits: 0, of: 0 }, bank: { hits: 0, of: 0 } };
  const byIssuer = new Map<string, Record<Way, Sums>>();
  for (const { issuer, method, counts } of groups.values()) {
    const known = byIssuer.get(issuer) ?? { native: { hits: 0, of: 0 }, bank: { hits: 0, of: 0 } };
    const counted = countWorked(counts, method);
    for (const way of ['native', 'bank'] as const) {
      for (const sum of [known[way], shop[way]]) {
        sum.hits += counted[way].hits;
        sum.of += counted[way].of;
      }
    }
    byIssuer.set(issuer, known);
  }
  return (issuer, way) => {
    const rate = (shop[way].hits + priorWeight * priorRate) / (shop[way].of + priorWeight);
    const { hits, of } = byIssuer.get(issuer)?.[way] ?? { hits: 0, of: 0 };
    const { low } = toShare(hits + priorWeight * rate, of + priorWeight);
    return Math.min(Math.max(low, 0.1), 0.98);
  };
}

/** Returns true when results in their order are half as good as usual, and have not become well again since. */
export function isHalved(results: readonly boolean[], usual: number): boolean {
  const [onFailure, onSuccess] = [Math.log((1 - usual / 2) / (1 - usual)), Math.log(0.5)];
  let isSick = false;
  let sum = 0;
  for (const worked of results) {
    const ratio = worked ? onSuccess : onFailure;
    sum = Math.max(0, sum + (isSick ? -ratio : ratio));
    if (sum < (isSick ? wellAt : sickAt)) continue;
    isSick = !isSick;
    sum = 0;
  }
  return isSick;
}

/** Tells the state of each issuer of the last two hours, most payments first. */
export function toIssuersNow(rows: readonly PaymentRow[], past: readonly Cell[], nowMs: number): IssuerNow[] {
  const getUsual = toUsual(past);
  const results = new Map<string, Record<Way, boolean[]>>();
  for (const row of rows.toSorted((one, other) => (one.started_ms ?? 0) - (other.started_ms ?? 0))) {
    const issuer = row.issuer ?? 'UNKNOWN';
    let own = results.get(issuer);
    if (!own) results.set(issuer, (own = { native: [], bank: [] }));
    const [native, bank] = [didNativeWork(row, nowMs), didBankWork(row, nowMs)];
    if (native !== undefined) own.native.push(native);
    if (bank !== undefined) own.bank.push(bank);
  }
  return [...results]
    .map(([issuer, { native, bank }]): IssuerNow => {
      const usual = getUsual(issuer, 'native');
      const isSick = isHalved(native, usual);
      const isDown = isSick && isHalved(bank, getUsual(issuer, 'bank'));
      const worked = { hits: native.filter(Boolean).length, of: native.length };
      return { issuer, state: isDown ? 'down' : isSick ? 'otpSick' : 'well', worked, usual };
    })
    .toSorted((one, other) => other.worked.of - one.worked.of || one.issuer.localeCompare(other.issuer));
}
