/** The statements of the SQL store, in the dialects of PostgreSQL and of SQLite. */

/**
 * Statements that create the table and its indexes. Idempotent.
 *
 * No index holds a column that every save changes, so that PostgreSQL updates most rows in place (HOT): what expires is
 * indexed by the day on which it may be deleted.
 */
export const createTable: string = `CREATE TABLE IF NOT EXISTS plural_otp_payments (
  id TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  version TEXT NOT NULL,
  keep_until_ms BIGINT NOT NULL,
  due_at_ms BIGINT,
  due_before_claim_ms BIGINT,
  clear_day INTEGER NOT NULL,
  undelivered INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS plural_otp_payments_due ON plural_otp_payments (undelivered, due_at_ms)
  WHERE due_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS plural_otp_payments_clear ON plural_otp_payments (clear_day) WHERE due_at_ms IS NULL;`;

export type StatementName = 'load' | 'insert' | 'update' | 'claim' | 'clear';

/** Rows that one statement deletes: enough to keep up, and few enough for the shortest statement timeout. */
const clearLimit = 500;

const numberPlaceholders = (text: string): string => {
  let count = 0;
  return text.replaceAll('?', () => `$${(count += 1)}`);
};

/** Returns the statements of an engine by its placeholder style. */
export function createStatements(placeholder: '$' | '?'): Record<StatementName, string> {
  const isPostgres = placeholder === '$';
  // SQLite needs no row locks, because one writer at a time has the whole database.
  const lock = isPostgres ? 'FOR UPDATE SKIP LOCKED' : '';
  const isExpired = 'due_at_ms IS NULL AND keep_until_ms <= ?';
  // Each kind is a range of its own in the index, so that records which are not due yet cost nothing.
  const dueWhere = (undelivered: 0 | 1): string => `SELECT id FROM (SELECT id FROM plural_otp_payments
      WHERE undelivered = ${undelivered} AND due_at_ms <= ? ORDER BY due_at_ms LIMIT ? ${lock}) AS due${undelivered}`;
  const texts = {
    load: `SELECT value, version FROM plural_otp_payments WHERE id = ? AND NOT (${isExpired})`,
    // An expired row is replaced in the same statement.
    insert: `INSERT INTO plural_otp_payments AS stored
        (value, version, keep_until_ms, clear_day, due_at_ms, undelivered, id) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = excluded.version,
        keep_until_ms = excluded.keep_until_ms, clear_day = excluded.clear_day, due_at_ms = excluded.due_at_ms,
        undelivered = excluded.undelivered
      WHERE stored.due_at_ms IS NULL AND stored.keep_until_ms <= ? RETURNING id`,
    update: `UPDATE plural_otp_payments SET value = ?, version = ?, keep_until_ms = ?, clear_day = ?, due_at_ms = ?,
        undelivered = ?
      WHERE id = ? AND version = ? AND NOT (${isExpired}) RETURNING id`,
    claim: `WITH due AS MATERIALIZED
        (SELECT id FROM (${dueWhere(1)} UNION ALL ${dueWhere(0)}) AS both_kinds LIMIT ?)
      UPDATE plural_otp_payments SET due_before_claim_ms = due_at_ms, due_at_ms = ?, version = ?
      WHERE id IN (SELECT id FROM due) RETURNING id, value, version, undelivered, due_before_claim_ms`,
    // The outer condition holds for a row that somebody saved again meanwhile.
    clear: `DELETE FROM plural_otp_payments WHERE due_at_ms IS NULL AND clear_day <= ? AND id IN
      (SELECT id FROM plural_otp_payments WHERE due_at_ms IS NULL AND clear_day <= ?
        ORDER BY clear_day LIMIT ${clearLimit} ${lock})`,
  };
  if (!isPostgres) return texts;
  return {
    load: numberPlaceholders(texts.load),
    insert: numberPlaceholders(texts.insert),
    update: numberPlaceholders(texts.update),
    claim: numberPlaceholders(texts.claim),
    clear: numberPlaceholders(texts.clear),
  };
}
