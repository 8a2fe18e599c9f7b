/** The activity log of the shop: webhooks, returns, verdicts and problems, for the merchant's page. */

import type { ActivityKind, ShopRepository } from './repository.ts';

/** Log of recent events around the payments. */
export interface ActivityLog {
  /** Adds an entry in the background. An entry that cannot be stored is logged, and nothing else fails. */
  write(kind: ActivityKind, text: string, subject?: string): void;
}

/** Dependencies of {@link createActivityLog}. */
export interface ActivityLogDeps {
  readonly repository: ShopRepository;
  readonly now: () => number;
  /** Keeps background work alive after the response is sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly log: (line: string) => void;
}

/** Creates the activity log. The repository drops the oldest entries. */
export function createActivityLog({ repository, now, waitUntil, log }: ActivityLogDeps): ActivityLog {
  return {
    write(kind, text, subject) {
      const added = repository.addEntry({ kind, text, subject, atMs: now() });
      waitUntil(added.catch(() => log(`An activity log entry could not be stored: ${kind} ${text}`)));
    },
  };
}
