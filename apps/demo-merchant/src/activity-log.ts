import type { Entry, EntryKind, ShopData } from './repository.ts';

/** What happened around the payments, for the merchant's page. */
export interface Journal {
  /** Goes on behind whoever wrote; a line that cannot be kept costs nothing but itself. */
  write(kind: EntryKind, text: string): void;
  /** The newest first. */
  latest(limit: number): Promise<Entry[]>;
}

export interface JournalParts {
  readonly data: ShopData;
  readonly now: () => number;
  /** Sees to its end what nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
  readonly log: (line: string) => void;
}

/** The journal; the oldest entries make room. */
export function createJournal({ data, now, background, log }: JournalParts): Journal {
  return {
    write(kind, text) {
      const written = data.addEntry({ kind, text, atMs: now() });
      background(written.catch(() => log(`A line of the journal could not be kept: ${kind} ${text}`)));
    },
    latest: (limit) => data.entries(limit),
  };
}
