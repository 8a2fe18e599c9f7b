import type { ActivityEntry, ActivityKind, ShopRepository } from './repository.ts';

/** What happened around the payments, for the merchant's page. */
export interface ActivityLog {
  /** Goes on behind whoever wrote; a line that cannot be kept costs nothing but itself. */
  write(kind: ActivityKind, text: string): void;
  /** The newest first. */
  latest(limit: number): Promise<ActivityEntry[]>;
}

export interface ActivityLogDeps {
  readonly repository: ShopRepository;
  readonly now: () => number;
  /** Sees to its end what nobody waits for. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly log: (line: string) => void;
}

/** The journal; the oldest entries make room. */
export function createActivityLog({ repository, now, waitUntil, log }: ActivityLogDeps): ActivityLog {
  return {
    write(kind, text) {
      const written = repository.addEntry({ kind, text, atMs: now() });
      waitUntil(written.catch(() => log(`A line of the journal could not be kept: ${kind} ${text}`)));
    },
    latest: (limit) => repository.listEntries(limit),
  };
}
