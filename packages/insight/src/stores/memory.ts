import { mergeRows, type PaymentRow } from '../payment-row.ts';
import type { DayCell, InsightStore } from './insight-store.ts';

/** Options of {@link memoryInsight}. */
export interface MemoryInsightOptions {
  /** Number of payments to keep; the oldest are forgotten first. @default 20000 */
  maxPayments?: number;
}

/** Creates a store in memory, for tests and demos: it is lost with the process. */
export function memoryInsight({ maxPayments = 20_000 }: MemoryInsightOptions = {}): InsightStore {
  const rows = new Map<string, PaymentRow>();
  let days: readonly DayCell[] = [];
  return {
    async merge(added) {
      for (const row of added) {
        const known = rows.get(row.id);
        rows.set(row.id, known ? mergeRows(known, row) : row);
      }
      for (const id of rows.keys()) {
        if (rows.size <= maxPayments) break;
        rows.delete(id);
      }
    },
    read: async (fromMs, untilMs) =>
      [...rows.values()].filter(({ started_ms: at }) => at !== null && at >= fromMs && at < untilMs),
    find: async (id) => rows.get(id),
    async remove(id) {
      rows.delete(id);
    },
    async removeBefore(startedMs) {
      for (const [id, row] of rows) if ((row.started_ms ?? 0) < startedMs) rows.delete(id);
    },
    listDays: async (fromDay, untilDay) => days.filter(({ day }) => day >= fromDay && day < untilDay),
    readDays: async (fromDay, untilDay) => days.filter(({ day }) => day >= fromDay && day < untilDay),
    async writeDay(added, removed) {
      days = [...days.filter(({ day, cell }) => day !== added.day || !removed.includes(cell)), added];
    },
  };
}
