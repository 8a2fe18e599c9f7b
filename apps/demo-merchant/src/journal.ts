import type { Database } from './database.ts';

/** Where a line of the journal came from. */
export type EntryKind = 'webhook' | 'return' | 'flow' | 'verdict' | 'problem' | 'desk';

export interface Entry {
  readonly kind: EntryKind;
  readonly text: string;
  readonly atMs: number;
}

/** What happened around the payments, for the merchant's page. */
export interface Journal {
  write(kind: EntryKind, text: string): void;
  /** The newest first. */
  latest(limit: number): Entry[];
}

const kept = 500;

/** The journal in SQLite; the oldest entries make room. */
export function createJournal(database: Database, now: () => number): Journal {
  return {
    write(kind, text) {
      database.change('INSERT INTO journal (kind, text, at_ms) VALUES (?, ?, ?)', kind, text, now());
      database.change('DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?', kept);
    },
    latest: (limit) =>
      database.all('SELECT kind, text, at_ms FROM journal ORDER BY id DESC LIMIT ?', limit).map((row) => ({
        kind: row['kind'] as EntryKind,
        text: String(row['text']),
        atMs: Number(row['at_ms']),
      })),
  };
}
