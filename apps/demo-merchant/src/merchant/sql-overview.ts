/** The overview in SQLite or D1: every figure is a query over all rows. */

import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import { precedence } from '../repository.ts';
import { toOptionalNumber, toOptionalString } from '../sql-columns.ts';
import {
  bankSteps,
  troubleCodes,
  type Overview,
  type LineFilter,
  type LineStatus,
  type OrderLine,
} from './overview.ts';

const toList = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const rank = `CASE outcome ${Object.entries(precedence)
  .map(([outcome, value]) => `WHEN '${outcome}' THEN ${value}`)
  .join(' ')} END`;

// `verdicts.amount_paise` is what was captured, where that differs from the order.
const linesSql = `WITH strongest AS (
    SELECT order_number, outcome, amount_paise, fee_paise, source, received_at_ms,
      row_number() OVER (PARTITION BY order_number ORDER BY ${rank} DESC, received_at_ms, rowid) AS place FROM verdicts
  ), latest AS (
    SELECT order_number, reference, plural_payment_id, card_id, started_at_ms,
      row_number() OVER (PARTITION BY order_number ORDER BY attempt DESC) AS place FROM attempts WHERE stage <> 'rejected'
  ), tried AS (
    SELECT order_number, card_id, row_number() OVER (PARTITION BY order_number ORDER BY attempt DESC) AS place FROM attempts
  ), decided AS (
    SELECT orders.rowid AS row, orders.number, orders.created_at_ms, orders.tea, orders.quantity, orders.plural_order_id,
      orders.amount_paise AS order_paise, strongest.amount_paise AS verdict_paise, strongest.fee_paise, strongest.source,
      strongest.received_at_ms, latest.started_at_ms, tried.card_id,
      CASE WHEN strongest.outcome IN ('paid', 'authorized', 'cancelled') THEN strongest.outcome
        WHEN tried.order_number IS NULL THEN 'basket'
        WHEN latest.reference IS NULL OR EXISTS (SELECT 1 FROM verdicts WHERE verdicts.order_number = orders.number
          AND (verdicts.reference = latest.reference OR verdicts.plural_payment_id = latest.plural_payment_id)) THEN 'failed'
        ELSE 'pending' END AS decision
    FROM orders
    LEFT JOIN strongest ON strongest.order_number = orders.number AND strongest.place = 1
    LEFT JOIN latest ON latest.order_number = orders.number AND latest.place = 1
    LEFT JOIN tried ON tried.order_number = orders.number AND tried.place = 1
  ), stepped AS (
    SELECT decided.*, CASE WHEN decision = 'pending' THEN (SELECT max(activity.id) FROM activity
      JOIN payment_references ON activity.subject = payment_references.reference
      WHERE payment_references.order_number = decided.number AND activity.kind = 'flow') END AS step_id
    FROM decided
  ), lines AS (
    SELECT stepped.number, stepped.created_at_ms, tea, quantity, plural_order_id, card_id, row, activity.text AS step,
      CASE WHEN decision = 'pending' THEN CASE WHEN activity.text IN (${toList(bankSteps)}) THEN 'waiting' ELSE 'unfinished' END
        ELSE decision END AS status,
      CASE WHEN decision IN ('paid', 'authorized') THEN verdict_paise ELSE order_paise END
        + CASE WHEN decision IN ('paid', 'authorized', 'cancelled') THEN fee_paise ELSE 0 END AS total_paise,
      CASE WHEN decision NOT IN ('basket', 'pending') THEN source END AS source,
      CASE decision WHEN 'basket' THEN stepped.created_at_ms
        WHEN 'pending' THEN coalesce(activity.at_ms, started_at_ms) ELSE coalesce(received_at_ms, stepped.created_at_ms) END AS changed_at_ms,
      coalesce((SELECT sum(amount_paise) FROM refunds WHERE order_number = stepped.number AND stage <> 'refused'), 0) AS refunded_paise
    FROM stepped LEFT JOIN activity ON activity.id = stepped.step_id
  )`;

// SQLite counts in 64 bits, and the sums of a shop stay far below 2 ** 53, where a JavaScript number is exact.
const sumsSql = `${linesSql} SELECT
  coalesce(sum(CASE WHEN status = 'paid' AND changed_at_ms >= ?1 THEN total_paise END), 0) AS paid_paise,
  count(CASE WHEN status = 'paid' AND changed_at_ms >= ?1 THEN 1 END) AS paid_count,
  (SELECT coalesce(sum(amount_paise), 0) FROM refunds WHERE stage <> 'refused' AND at_ms >= ?1) AS refunded_paise,
  coalesce(sum(CASE WHEN status = 'authorized' THEN total_paise END), 0) AS reserved_paise,
  count(CASE WHEN status = 'authorized' THEN 1 END) AS reserved_count,
  min(CASE WHEN status = 'authorized' THEN changed_at_ms END) AS oldest_reserved,
  count(CASE WHEN status = 'waiting' THEN 1 END) AS waiting_count,
  min(CASE WHEN status = 'waiting' THEN changed_at_ms END) AS oldest_waiting,
  count(CASE WHEN created_at_ms >= ?1 THEN 1 END) AS placed_count,
  count(CASE WHEN created_at_ms >= ?1 AND status <> 'basket' THEN 1 END) AS tried_count
  FROM lines`;

const troubledSql = `${linesSql}, troubles AS (
    SELECT coalesce(payment_references.order_number, number) AS number, text, activity.id AS id,
      row_number() OVER (PARTITION BY coalesce(payment_references.order_number, number), text ORDER BY activity.id DESC) AS place
    FROM activity LEFT JOIN payment_references ON payment_references.reference = activity.subject
    LEFT JOIN orders ON orders.number = activity.subject OR orders.plural_order_id = activity.subject
    WHERE activity.kind = 'problem' AND activity.at_ms >= ? AND (${troubleCodes.map((code) => `text LIKE '${code}%'`).join(' OR ')})
  ) SELECT lines.*, troubles.text AS problem FROM troubles JOIN lines ON lines.number = troubles.number
    WHERE place = 1 ORDER BY troubles.id DESC LIMIT 20`;

/** Creates the overview. */
export function createSqlOverview(query: SqlQuery): Overview {
  return {
    async list(filter, { offset, limit }) {
      const [where, params] = toWhere(filter);
      const page = `${linesSql} SELECT *, count(*) OVER () AS found FROM lines ${where} ORDER BY created_at_ms DESC, row DESC LIMIT ? OFFSET ?`;
      const rows = await query(page, [...params, limit, offset]);
      const [first] = rows;
      if (first !== undefined || offset === 0) return { lines: rows.map(toLine), count: Number(first?.['found'] ?? 0) };
      // A page behind the last one: nothing there tells how many there are.
      const [counted] = await query(`${linesSql} SELECT count(*) AS found FROM lines ${where}`, params);
      return { lines: [], count: Number(counted?.['found']) };
    },
    async sum(fromMs) {
      const [row = {}] = await query(sumsSql, [fromMs]);
      const number = (name: string): number => Number(row[name]);
      return {
        paidPaise: number('paid_paise'),
        paidCount: number('paid_count'),
        refundedPaise: number('refunded_paise'),
        reservedPaise: number('reserved_paise'),
        reservedCount: number('reserved_count'),
        oldestReservedAtMs: toOptionalNumber(row['oldest_reserved']),
        waitingCount: number('waiting_count'),
        oldestWaitingAtMs: toOptionalNumber(row['oldest_waiting']),
        placedCount: number('placed_count'),
        triedCount: number('tried_count'),
      };
    },
    async find(number) {
      const [row] = await query(`${linesSql} SELECT * FROM lines WHERE number = ?`, [number]);
      return row && toLine(row);
    },
    async findTroubled(fromMs) {
      const rows = await query(troubledSql, [fromMs]);
      return rows.map((row) => ({ line: toLine(row), problem: String(row['problem']) }));
    },
  };
}

function toWhere({ status, search, fromMs }: LineFilter): [where: string, params: (string | number)[]] {
  const conditions: [condition: string, ...params: (string | number)[]][] = [];
  if (status !== undefined) conditions.push(['status = ?', status]);
  else if (search === undefined) conditions.push([`status <> 'basket'`]);
  if (fromMs !== undefined) conditions.push(['created_at_ms >= ?', fromMs]);
  if (search !== undefined) {
    const part = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    conditions.push([
      String.raw`(number LIKE ? ESCAPE '\' OR plural_order_id LIKE ? ESCAPE '\'
        OR number IN (SELECT order_number FROM payment_references WHERE reference = ?))`,
      part,
      part,
      search.toUpperCase(),
    ]);
  }
  if (conditions.length === 0) return ['', []];
  return [
    `WHERE ${conditions.map(([condition]) => condition).join(' AND ')}`,
    conditions.flatMap(([, ...params]) => params),
  ];
}

const toLine = (row: SqlRow): OrderLine => ({
  number: String(row['number']),
  createdAtMs: Number(row['created_at_ms']),
  teaId: String(row['tea']),
  quantity: Number(row['quantity']),
  status: row['status'] as LineStatus,
  totalPaise: Number(row['total_paise']),
  refundedPaise: Number(row['refunded_paise']),
  source: toOptionalString(row['source']),
  cardId: toOptionalString(row['card_id']),
  step: toOptionalString(row['step']),
  changedAtMs: Number(row['changed_at_ms']),
});
