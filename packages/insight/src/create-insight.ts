/** Receives events, keeps them without personal data, and reports on them. */

import type { FlowEvent } from '@plural-otp/edge';
import { createKeyedHash } from './keyed-hash.ts';
import { parseEvent, type EventFacts, type LossReason } from './parse-event.ts';
import { createRow, type PaymentRow } from './payment-row.ts';
import { countRows, createCalendar, dayMs, type CellKey } from './report/cells.ts';
import { createDays, openDays } from './report/days.ts';
import { liveMs, toLive, type Live } from './report/live.ts';
import { readPart, type Part, type PartRows, type PartSource } from './report/part.ts';
import { toReport, type Report } from './report/report.ts';
import { createRowWriter } from './row-writer.ts';
import type { InsightStore } from './stores/insight-store.ts';

/** Spans of time that can be reported, ending now. */
export const ranges = ['15m', '1h', '1d', '7d', '30d', '90d'] as const;
export type Range = (typeof ranges)[number];

/** Options of {@link createInsight}. */
export interface InsightOptions {
  /** Storage, for example `sqliteInsight('insight.sqlite')` or `memoryInsight()`. */
  store: InsightStore;
  /** Secret of at least 16 characters, by which references and orders are hashed: a row alone leads to nobody. */
  secret: string;
  /** Days for which rows are kept; after that only the counts of each day are. @default 180 */
  keepDays?: number;
  /** Offset of the merchant's time zone, by which days are counted, in minutes. @default 330, India */
  timeZoneOffsetMinutes?: number;
  /** Marks the payments as simulated, which the page says. @default false */
  simulated?: boolean;
  /** Receives a problem of the store, at most once a minute. */
  onProblem?: (problem: { code: 'INSIGHT_FAILED'; lost: number; error: unknown }) => void;
  /** Returns the time in epoch milliseconds. @default Date.now */
  now?: () => number;
}

/** Filters of a report. */
export interface ReportOptions {
  range: Range;
  /** Issuer as the report names it. */
  issuer?: string | undefined;
  /** Card network as the report names it. */
  network?: string | undefined;
  method?: string | undefined;
  /**
   * Counts each payment, or each order once: as the payment that paid it, or else as its last. @default 'payments'
   */
  unit?: Unit | undefined;
}

/** Unit of a report. */
export type Unit = 'payments' | 'orders';

/** A report with the span it covers. */
export interface InsightReport extends Report {
  range: Range;
  fromMs: number;
  untilMs: number;
  /** All issuers of the span, whatever the filters. */
  issuerNames: string[];
  /** All card networks of the span. */
  networkNames: string[];
  unit: Unit;
}

/** Events that could not be kept, since this process began. */
export type Losses = Partial<Record<LossReason, number>>;

/** Keeps and reports what customers do. */
export interface Insight {
  /** Hooks of `createOtpHandler`: `createOtpHandler({ …, ...insight.hooks })`. */
  readonly hooks: { onEvent: (event: FlowEvent) => Promise<void> };
  /** Keeps events of any source. Never rejects: what cannot be kept is counted. */
  ingest(events: Iterable<unknown>): Promise<void>;
  report(options: ReportOptions): Promise<InsightReport>;
  live(): Promise<Live>;
  /** Finds a payment by its reference, as a customer reads it out, or by the id of its row. */
  payment(reference: string | { id: string }): Promise<PaymentRow | undefined>;
  /** Counts the payments behind one number of a report, and lists the newest, at most 50. */
  part(options: ReportOptions & Part): Promise<PartRows>;
  /** Erases a payment, and counts its day again without it. */
  forget(reference: string): Promise<void>;
  /** Counts past days, and removes rows that are older than `keepDays`. Call it about once a day. */
  sweep(): Promise<void>;
  losses(): { sinceMs: number; kept: number; losses: Losses };
  readonly now: () => number;
  readonly timeZoneOffsetMinutes: number;
}

const minute = 60_000;
/** Events and rows that wait for the store, at most of each: a store that hangs costs events and no memory. */
const maxWaiting = 10_000;
/** Time for which events of hooks are collected before they are written. */
const batchMs = 200;
/** Days whose counts say what is usual for an issuer, with those that are still open. */
const usualDays = 8;
/** Events that are read at once, before others have their turn. */
const chunkSize = 500;

const spans: Record<Range, { ms: number; stepMs: number }> = {
  '15m': { ms: 15 * minute, stepMs: minute },
  '1h': { ms: 60 * minute, stepMs: 5 * minute },
  '1d': { ms: dayMs, stepMs: 60 * minute },
  '7d': { ms: 7 * dayMs, stepMs: dayMs },
  '30d': { ms: 30 * dayMs, stepMs: dayMs },
  '90d': { ms: 90 * dayMs, stepMs: dayMs },
};

/**
 * Creates an insight over a store.
 *
 * @throws {TypeError} when `secret` is too short, or `keepDays` is no whole number from 1 to 1000.
 *
 * @example
 * ```ts
 * import { createInsight, memoryInsight } from '@plural-otp/insight';
 *
 * export const insight = createInsight({ store: memoryInsight(), secret: 'at least sixteen characters' });
 * // createOtpHandler({ plural, origin, store, onVerdict, ...insight.hooks })
 * ```
 */
export function createInsight(options: InsightOptions): Insight {
  const { store, secret, keepDays = 180, timeZoneOffsetMinutes = 330, simulated = false } = options;
  const { now = Date.now, onProblem } = options;
  if (typeof secret !== 'string' || secret.length < 16) throw new TypeError('secret: set at least 16 characters');
  if (!Number.isInteger(keepDays) || keepDays < 1 || keepDays > 1000)
    throw new TypeError('keepDays: set a whole number from 1 to 1000');
  const hash = createKeyedHash(secret);
  const calendar = createCalendar(timeZoneOffsetMinutes);
  const days = createDays(store, calendar, keepDays);
  const sinceMs = now();
  const losses: Losses = {};
  let kept = 0;
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  /** Days that were counted and have changed since. */
  const changedDays = new Set<number>();

  const lose = (reason: LossReason, count = 1): void => {
    losses[reason] = (losses[reason] ?? 0) + count;
  };

  const writer = createRowWriter({
    maxWaiting,
    async write(rows) {
      await store.merge(rows);
      await noteChanges();
      kept += rows.length;
    },
    onFailure(count, error) {
      lose('storeFailed', count);
      if (now() - reportedAtMs < minute) return;
      reportedAtMs = now();
      try {
        onProblem?.({ code: 'INSIGHT_FAILED', lost: losses.storeFailed ?? 0, error });
      } catch {
        // What an observer does is its own concern.
      }
    },
  });

  async function noteChanges(): Promise<void> {
    for (const day of changedDays) {
      await days.change(day);
      changedDays.delete(day);
    }
  }

  /** Notes that the day of a row is to be counted again, and the one before, in which its order may have begun. */
  function noteChange({ started_ms, attempt }: PaymentRow): void {
    const day = calendar.toDay(started_ms ?? 0);
    const lastPast = calendar.toDay(now()) - openDays;
    if (day <= lastPast) changedDays.add(day);
    if (attempt !== 1 && day - 1 <= lastPast) changedDays.add(day - 1);
  }

  /** Takes an event; without a promise where its hashes are known, as they are but for the first of a payment. */
  function take(input: unknown): void | Promise<void> {
    const facts = parseEvent(input, now(), keepDays);
    if (typeof facts === 'string') return lose(facts);
    const [id, order] = [hash(facts.reference), hash(facts.order)];
    if (typeof id === 'string' && typeof order === 'string') return keep(id, order, facts);
    return (async () => keep(await id, await order, facts))().catch(() => lose('invalid'));
  }

  function keep(id: string, order_id: string, facts: EventFacts): void {
    const row = createRow(id, { ...facts.known, order_id, simulated: simulated ? 1 : 0 });
    if (!writer.add(row)) return lose('overflow');
    noteChange(row);
  }

  async function ingest(events: Iterable<unknown>): Promise<void> {
    const settle = async (chunk: readonly unknown[]): Promise<void> => {
      await Promise.all(chunk.map(async (event) => take(event)));
      await writer.flush();
    };
    let chunk: unknown[] = [];
    for (const event of events) {
      chunk.push(event);
      if (chunk.length < chunkSize) continue;
      await settle(chunk);
      chunk = [];
      await new Promise((resolve) => setTimeout(resolve));
    }
    await settle(chunk);
  }

  let inbox: FlowEvent[] = [];
  let scheduled: Promise<void> | undefined;
  /**
   * Puts an event aside. It is read and written with those that come just after it, so that no response waits for any of
   * that, and a busy shop writes once for many.
   */
  function onEvent(event: FlowEvent): Promise<void> {
    if (inbox.length < maxWaiting) inbox.push(event);
    else lose('overflow');
    scheduled ??= new Promise<void>((resolve) => setTimeout(resolve, batchMs)).then(() => {
      const events = inbox;
      inbox = [];
      scheduled = undefined;
      return ingest(events);
    });
    return scheduled;
  }

  async function readCells(range: Range): Promise<Pick<PartSource, 'cells' | 'fromMs' | 'untilMs' | 'openFromMs'>> {
    const untilMs = now();
    const { ms, stepMs } = spans[range];
    if (ms <= dayMs) {
      const fromMs = untilMs - ms;
      const rows = await store.read(fromMs, untilMs + 1);
      return {
        cells: countRows(rows, untilMs, (at) => Math.floor(at / stepMs) * stepMs),
        fromMs,
        untilMs,
        openFromMs: -Infinity,
      };
    }
    const fromDay = calendar.toDay(untilMs) - ms / dayMs + 1;
    const openFromMs = calendar.toMs(calendar.toDay(untilMs) - openDays + 1);
    return { cells: await days.read(fromDay, untilMs), fromMs: calendar.toMs(fromDay), untilMs, openFromMs };
  }

  const createFilter =
    ({ issuer, network, method, unit = 'payments' }: ReportOptions) =>
    (key: CellKey): boolean =>
      (!issuer || key.issuer === issuer) &&
      (!network || key.network === network) &&
      (!method || key.method === method) &&
      (unit === 'payments' || !key.isFollowed);

  return {
    hooks: { onEvent },
    ingest,
    async report(wanted) {
      const { range, unit = 'payments' } = wanted;
      const { cells, fromMs, untilMs } = await readCells(range);
      const toNames = (name: 'issuer' | 'network'): string[] =>
        [...new Set(cells.map((cell) => cell[name]))].toSorted();
      const names = { issuerNames: toNames('issuer'), networkNames: toNames('network') };
      return { ...toReport(cells.filter(createFilter(wanted))), range, fromMs, untilMs, unit, ...names };
    },
    async live() {
      const nowMs = now();
      const past = await days.readPast(calendar.toDay(nowMs) - usualDays, nowMs);
      return toLive(await store.read(nowMs - liveMs, nowMs + 1), past, nowMs);
    },
    payment: async (reference) =>
      store.find(typeof reference === 'string' ? await hash(reference.trim()) : reference.id),
    async part(wanted) {
      const read = (fromMs: number, untilMs: number) => store.read(fromMs, untilMs);
      return readPart({ ...(await readCells(wanted.range)), isWanted: createFilter(wanted), read }, wanted);
    },
    async forget(reference) {
      // What was put aside would be written after the row is gone, and be the payment again.
      await scheduled;
      await writer.flush();
      const id = await hash(reference.trim());
      const row = await store.find(id);
      if (!row) return;
      await store.remove(id);
      noteChange(row);
      await noteChanges();
    },
    async sweep() {
      const oldest = calendar.toDay(now()) - keepDays;
      await days.read(oldest, now());
      await store.removeBefore(calendar.toMs(oldest));
    },
    losses: () => ({ sinceMs, kept, losses: { ...losses } }),
    now,
    timeZoneOffsetMinutes,
  };
}
