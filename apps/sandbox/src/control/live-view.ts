/** Compares the control page with a revision, so that only changes travel. */
import type { Html } from '../lib/html.ts';

/** An entry of a live region: an element of the page with a stable id. */
export interface LiveEntry {
  readonly id: string;
  readonly html: Html;
}

/** Live regions by the id of their element. */
export type LiveRegions = Readonly<Record<string, readonly LiveEntry[]>>;

/** Changes of the regions since a revision. */
export interface LiveChanges {
  /** Revision to ask with next. */
  readonly revision: string;
  /** Ids of all entries in their sequence, and the HTML of those that are new or changed, of each changed region. */
  readonly regions: Readonly<
    Record<string, { readonly ids: readonly string[]; readonly changed: Readonly<Record<string, string>> }>
  >;
}

/** Remembers what the regions showed at which revision. */
export interface LiveView {
  /** Returns what changed since a revision; everything, when this view has not issued the revision. */
  readonly compare: (regions: LiveRegions, since: string) => LiveChanges;
}

interface KnownRegion {
  readonly sequence: string;
  readonly changedAt: number;
  readonly entries: ReadonlyMap<string, { readonly markup: string; readonly changedAt: number }>;
}

// Timelines are regions too, one for each order that somebody looked at.
const maxRegions = 40;

/** Creates a view that has shown nothing. */
export function createLiveView(): LiveView {
  // A page that outlives the process must not take the revisions of the next one for its own.
  const epoch = crypto.randomUUID();
  const known = new Map<string, KnownRegion>();
  let revision = 0;

  function remember(name: string, entries: readonly LiveEntry[], next: number): boolean {
    const before = known.get(name);
    const sequence = entries.map(({ id }) => id).join(' ');
    const fresh = new Map(
      entries.map(({ id, html: { markup } }) => {
        const old = before?.entries.get(id);
        return [id, old?.markup === markup ? old : { markup, changedAt: next }] as const;
      }),
    );
    const isChanged = before?.sequence !== sequence || [...fresh.values()].some(({ changedAt }) => changedAt === next);
    known.delete(name);
    known.set(name, { sequence, changedAt: isChanged ? next : (before?.changedAt ?? next), entries: fresh });
    const [oldest] = known.keys();
    if (known.size > maxRegions && oldest !== undefined) known.delete(oldest);
    return isChanged;
  }

  return {
    compare: (regions, since) => {
      const [sinceEpoch, number] = since.split(':');
      const sinceRevision = sinceEpoch === epoch && /^\d+$/.test(number ?? '') ? Number(number) : -1;
      const next = revision + 1;
      const changes = Object.entries(regions).map(([name, entries]) => remember(name, entries, next));
      if (changes.includes(true)) revision = next;
      const changed = Object.keys(regions).flatMap((name) => {
        const region = known.get(name);
        if (region === undefined || region.changedAt <= sinceRevision) return [];
        const fresh = [...region.entries].filter(([, { changedAt }]) => changedAt > sinceRevision);
        const ids = [...region.entries.keys()];
        return [[name, { ids, changed: Object.fromEntries(fresh.map(([id, { markup }]) => [id, markup])) }] as const];
      });
      return { revision: `${epoch}:${revision}`, regions: Object.fromEntries(changed) };
    },
  };
}
