/**
 * Counts of whole days. A past day is counted once, into the day table, and kept in memory while the table still holds
 * the counts that were read: another process that changes a day writes a mark, and the day is counted again.
 */

import type { PaymentRow } from '../payment-row.ts';
import type { DayCell, InsightStore } from '../stores/insight-store.ts';
import { countRows, dayMs, type Calendar, type Cell } from './cells.ts';
import { packNamed, readCounts, writeCounts, type WrittenCounts } from './tally.ts';

/** Days that are still counted from their rows, because their payments may still end. */
export const openDays = 2;
/** Numbers of counts kept in memory, at most: about 16 MB. */
const maxKept = 4_000_000;

/** Names of rows of the day table: counts as one row, and the mark that they are no longer right. */
const countedPrefix = 'counts|';
const changedPrefix = 'changed|';

/** Reads days, and notes which have changed. */
export interface Days {
  /** Returns the counts of each day from `fromDay` up to now. */
  read(fromDay: number, nowMs: number): Promise<Cell[]>;
  /** Returns the counts of those days alone that are past: from memory, where they were read before. */
  readPast(fromDay: number, nowMs: number): Promise<Cell[]>;
  /** Notes that a past day has to be counted again, for every process. */
  change(day: number): Promise<void>;
}

interface WrittenDay extends WrittenCounts {
  keys: [method: string, issuer: string, network: string, isFollowed: 0 | 1][];
}

const writeDay = (cells: readonly Cell[]): string => {
  const keys = cells.map(({ method, issuer, network, isFollowed }) => [method, issuer, network, isFollowed ? 1 : 0]);
  return JSON.stringify({ keys, ...writeCounts(cells.map(({ counts }) => counts)) });
};

function parseDay(text: string, fromMs: number): Cell[] {
  const { keys, ...written } = JSON.parse(text) as WrittenDay;
  const counts = readCounts(written);
  return keys.map(([method, issuer, network, isFollowed], index) => ({
    fromMs,
    method,
    issuer,
    network,
    isFollowed: isFollowed === 1,
    counts: counts[index] ?? new Int32Array(),
  }));
}

/** Parses a row as it was written before networks were counted apart: one per method and issuer. */
function parseFormerCell({ cell, counts }: DayCell, fromMs: number): Cell[] {
  const [method = '', issuer = ''] = cell.split('|');
  if (method === '') return [];
  const named = JSON.parse(counts) as Record<string, number>;
  return [{ fromMs, method, issuer, network: 'UNKNOWN', isFollowed: false, counts: packNamed(named) }];
}

/** Creates the reader of days. Rows are kept for `keepDays`: an older day is never counted again. */
export function createDays(store: InsightStore, calendar: Calendar, keepDays: number): Days {
  /** Counts of past days with the name of the row they were read from, least recently read first. */
  const kept = new Map<number, { name: string; cells: readonly Cell[]; size: number }>();
  let keptSize = 0;
  let last: Promise<unknown> = Promise.resolve();

  function drop(day: number): void {
    keptSize -= kept.get(day)?.size ?? 0;
    kept.delete(day);
  }

  function keep(day: number, name: string, cells: readonly Cell[]): void {
    drop(day);
    const size = cells.reduce((sum, { counts }) => sum + counts.length, 0);
    kept.set(day, { name, cells, size });
    keptSize += size;
    for (const oldest of kept.keys()) {
      if (keptSize <= maxKept) break;
      drop(oldest);
    }
  }

  /** Counts days from their rows. Others have their turn between, because a shop may run in the same process. */
  async function count(
    days: readonly number[],
    written: ReadonlyMap<number, string[]>,
    nowMs: number,
  ): Promise<Cell[]> {
    const cells: Cell[] = [];
    let ahead: { day: number; rows: readonly PaymentRow[] } | undefined;
    const readRows = async (day: number): Promise<readonly PaymentRow[]> =>
      ahead?.day === day ? ahead.rows : store.read(calendar.toMs(day), calendar.toMs(day + 1));
    for (const day of days) {
      const rows = await readRows(day);
      ahead = { day: day + 1, rows: await readRows(day + 1) };
      const counted = countRows(rows, nowMs, () => calendar.toMs(day), ahead.rows);
      const name = `${countedPrefix}${crypto.randomUUID()}`;
      // Only what was there before the rows were read is removed: a mark that came meanwhile stays.
      await store.writeDay({ day, cell: name, counts: writeDay(counted) }, written.get(day) ?? []);
      keep(day, name, counted);
      cells.push(...counted);
      await new Promise((resolve) => setTimeout(resolve));
    }
    return cells;
  }

  async function readListed(fromDay: number, openDay: number, nowMs: number): Promise<Cell[]> {
    const written = new Map<number, string[]>();
    for (const { day, cell } of await store.listDays(fromDay, openDay)) {
      const names = written.get(day);
      if (names) names.push(cell);
      else written.set(day, [cell]);
    }
    const cells: Cell[] = [];
    const [unknown, unread] = [[] as number[], new Map<number, string | undefined>()];
    const oldest = calendar.toDay(nowMs) - keepDays;
    for (let day = fromDay; day < openDay; day += 1) {
      const names = written.get(day) ?? [];
      const name = names
        .filter((one) => one.startsWith(countedPrefix))
        .toSorted()
        .at(-1);
      const isRight = name !== undefined && !names.some((one) => one.startsWith(changedPrefix));
      const known = kept.get(day);
      if (known && isRight && known.name === name) cells.push(...known.cells);
      else if (isRight || (day < oldest && names.length > 0)) unread.set(day, name);
      else unknown.push(day);
    }
    if (unread.size > 0) cells.push(...(await readWritten(unread)));
    // What is left was counted again by another process, which removed the row that was to be read.
    unknown.push(...[...unread.keys()].filter((day) => day >= oldest));
    cells.push(
      ...(await count(
        unknown.toSorted((one, other) => one - other),
        written,
        nowMs,
      )),
    );
    return cells;
  }

  /** Reads days as they were counted, and removes from `unread` what was found. */
  async function readWritten(unread: Map<number, string | undefined>): Promise<Cell[]> {
    const cells: Cell[] = [];
    const days = [...unread.keys()];
    const former = new Set<number>();
    for (const one of await store.readDays(Math.min(...days), Math.max(...days) + 1)) {
      if (!unread.has(one.day)) continue;
      const name = unread.get(one.day);
      const fromMs = calendar.toMs(one.day);
      if (name === undefined) {
        former.add(one.day);
        if (!one.cell.startsWith(changedPrefix)) cells.push(...parseFormerCell(one, fromMs));
      } else if (one.cell === name) {
        const read = parseDay(one.counts, fromMs);
        keep(one.day, name, read);
        cells.push(...read);
        unread.delete(one.day);
      }
    }
    for (const day of former) unread.delete(day);
    return cells;
  }

  const toOpenDay = (nowMs: number): number => calendar.toDay(nowMs) - openDays + 1;

  /** Reads one after the other, so that two pages that open at once do not count the same days twice. */
  function readPast(fromDay: number, nowMs: number): Promise<Cell[]> {
    const past = last.then(() => readListed(fromDay, toOpenDay(nowMs), nowMs));
    last = past.catch(() => undefined);
    return past;
  }

  return {
    readPast,
    async read(fromDay, nowMs) {
      const past = await readPast(fromDay, nowMs);
      const rows = await store.read(calendar.toMs(Math.max(fromDay, toOpenDay(nowMs))), nowMs + dayMs);
      return [...past, ...countRows(rows, nowMs, (ms) => calendar.toMs(calendar.toDay(ms)))];
    },
    async change(day) {
      drop(day);
      await store.writeDay({ day, cell: `${changedPrefix}${crypto.randomUUID()}`, counts: '' }, []);
    },
  };
}
