/** The store in SQL tables: SQLite, PostgreSQL, D1, and the SQLite of a Durable Object. */

import type { SqlQuery, SqlRow } from '@plural-otp/edge';
import { columnNames, columns, type PaymentRow } from './payment-row.ts';
import type { DayCell, InsightStore } from './stores/insight-store.ts';

export type { InsightStore, DayCell, DayName } from './stores/insight-store.ts';
export type { PaymentRow } from './payment-row.ts';

/** Options of {@link sqlInsight}. */
export interface SqlInsightOptions {
  /** Placeholder style of the engine: `$` for numbered parameters (PostgreSQL), `?` for plain ones (SQLite, D1). */
  placeholder: '$' | '?';
}

const table = 'plural_otp_insight';
const dayTable = `${table}_days`;

/** Returns the statements that create the tables and the view `plural_otp_payments`. Each may run again. */
export function createInsightTables({ placeholder }: SqlInsightOptions): string[] {
  // Merges compare text by its bytes, as JavaScript and SQLite do, and not by a language.
  const toType = (type: string): string => (type === 'TEXT' && placeholder === '$' ? 'TEXT COLLATE "C"' : type);
  const definitions = columnNames.map((name) => `${name} ${toType(columns[name][0])}`);
  const create = placeholder === '$' ? 'CREATE OR REPLACE VIEW' : 'CREATE VIEW IF NOT EXISTS';
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (id ${toType('TEXT')} PRIMARY KEY, ${definitions.join(', ')})`,
    `CREATE INDEX IF NOT EXISTS ${table}_started ON ${table} (started_ms)`,
    `CREATE TABLE IF NOT EXISTS ${dayTable} (day INTEGER, cell ${toType('TEXT')}, counts TEXT, PRIMARY KEY (day, cell))`,
    `${create} plural_otp_payments AS ${viewSelect}`,
  ];
}

// A verdict is `rank|milliseconds (12 digits)|outcome|advice|source`.
const outcomes = ['paid', 'authorized', 'failed', 'cancelled']
  .map((outcome) => `WHEN verdict LIKE '______________|${outcome}|%' THEN '${outcome}'`)
  .join(' ');
const viewSelect =
  `SELECT id, order_id, attempt, started_ms, method, because, issuer, network, amount_band, simulated, shown_ms, ` +
  `sent_ms, submitted_ms, accepted_ms, left_ms, returned_ms, cancelled_ms, away_ms, submits, misses, resends, ` +
  `CASE ${outcomes} END AS outcome, CAST(SUBSTR(verdict, 3, 12) AS BIGINT) AS verdict_ms FROM ${table}`;

const mergeColumn = (name: (typeof columnNames)[number]): string => {
  const comparison = columns[name][1] === 'min' ? '<' : '>';
  const isBetter = `${table}.${name} IS NULL OR excluded.${name} ${comparison} ${table}.${name}`;
  return `${name} = CASE WHEN ${isBetter} THEN excluded.${name} ELSE ${table}.${name} END`;
};

function createStatements({ placeholder }: SqlInsightOptions) {
  const isNumbered = placeholder === '$';
  const number = (sql: string): string => {
    let index = 0;
    return isNumbered ? sql.replaceAll('?', () => `$${(index += 1)}`) : sql;
  };
  const all = ['id', ...columnNames];
  // Rows come as one JSON parameter, because engines bound the number of parameters: D1 takes 100.
  const extracted = all.map((name, index) =>
    isNumbered
      ? `(value->>${index})::${name === 'id' ? 'TEXT' : columns[name as (typeof columnNames)[number]][0]}`
      : `json_extract(value, '$[${index}]')`,
  );
  const source = isNumbered ? 'jsonb_array_elements(?::jsonb) AS input(value)' : 'json_each(?)';
  return {
    merge: number(
      `INSERT INTO ${table} (${all.join(', ')}) SELECT ${extracted.join(', ')} FROM ${source} WHERE true ` +
        `ON CONFLICT (id) DO UPDATE SET ${columnNames.map(mergeColumn).join(', ')}`,
    ),
    read: number(`SELECT * FROM ${table} WHERE started_ms >= ? AND started_ms < ?`),
    find: number(`SELECT * FROM ${table} WHERE id = ?`),
    remove: number(`DELETE FROM ${table} WHERE id = ?`),
    removeBefore: number(`DELETE FROM ${table} WHERE started_ms < ?`),
    listDays: number(`SELECT day, cell FROM ${dayTable} WHERE day >= ? AND day < ?`),
    readDays: number(`SELECT day, cell, counts FROM ${dayTable} WHERE day >= ? AND day < ?`),
    removeDay: number(`DELETE FROM ${dayTable} WHERE day = ? AND cell = ?`),
    writeDay: number(`INSERT INTO ${dayTable} (day, cell, counts) VALUES (?, ?, ?)`),
  };
}

const numberNames = columnNames.filter((name) => columns[name][0] !== 'TEXT');

/** Reads a row of PostgreSQL, whose drivers return a BIGINT as a string. */
function toNumbers(row: SqlRow): void {
  for (const name of numberNames) if (typeof row[name] === 'string') row[name] = Number(row[name]);
}

const toCell = (row: SqlRow): DayCell => ({
  day: Number(row['day']),
  cell: String(row['cell']),
  counts: String(row['counts']),
});

/**
 * Creates a store in SQL: SQLite 3.38 or later, PostgreSQL, D1, Durable Objects. When the very first statement fails, it
 * creates the tables and retries.
 *
 * @example
 * ```ts
 * import { sqlInsight } from '@plural-otp/insight/sql';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool();
 * export const store = sqlInsight(async (text, params) => (await pool.query(text, [...params])).rows, {
 *   placeholder: '$',
 * });
 * ```
 */
export function sqlInsight(query: SqlQuery, options: SqlInsightOptions): InsightStore {
  const statements = createStatements(options);
  let isReady = false;
  let creating: Promise<void> | undefined;
  /** Creates the tables. Another process may create them now, at which PostgreSQL fails: the statement that follows tells. */
  const createTables = async (): Promise<void> => {
    for (const statement of createInsightTables(options)) await query(statement, []).catch(() => undefined);
  };
  const run = async (name: keyof typeof statements, ...params: (string | number)[]): Promise<readonly SqlRow[]> => {
    try {
      const rows = await query(statements[name], params);
      isReady = true;
      return rows;
    } catch (error) {
      if (isReady) throw error;
      await (creating ??= createTables());
      try {
        const rows = await query(statements[name], params);
        isReady = true;
        return rows;
      } finally {
        creating = undefined;
      }
    }
  };
  const toRows = (rows: readonly SqlRow[]): readonly PaymentRow[] => {
    if (options.placeholder === '$') for (const row of rows) toNumbers(row);
    return rows as unknown as readonly PaymentRow[];
  };
  return {
    async merge(rows) {
      if (rows.length === 0) return;
      await run('merge', JSON.stringify(rows.map((row) => [row.id, ...columnNames.map((name) => row[name])])));
    },
    read: async (fromMs, untilMs) => toRows(await run('read', fromMs, untilMs)),
    async find(id) {
      return toRows(await run('find', id))[0];
    },
    async remove(id) {
      await run('remove', id);
    },
    async removeBefore(startedMs) {
      await run('removeBefore', startedMs);
    },
    listDays: async (fromDay, untilDay) =>
      (await run('listDays', fromDay, untilDay)).map(({ day, cell }) => ({ day: Number(day), cell: String(cell) })),
    readDays: async (fromDay, untilDay) => (await run('readDays', fromDay, untilDay)).map(toCell),
    async writeDay({ day, cell, counts }, removed) {
      await run('writeDay', day, cell, counts);
      for (const name of removed) await run('removeDay', day, name);
    },
  };
}
