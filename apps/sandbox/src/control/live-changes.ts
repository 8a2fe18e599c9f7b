/** Waits for changes of the control page. */
import type { SandboxContext } from '../state/context.ts';
import { liveRegions } from './live-regions.ts';
import type { LiveChanges } from './live-view.ts';
import type { ControlContext } from './sandbox-controls.ts';

// Proxies and browsers end a response that takes longer than a minute or so.
const maxWaitMs = 25_000;

/**
 * Returns what changed since the revision `since` with the sandbox's time, and waits for it for at most `waitMs`, or 25 seconds. Null when
 * nothing did.
 */
export async function readLiveChanges(
  { live, nextChange, catchUp, sandbox }: ControlContext,
  query: URLSearchParams,
  context: () => SandboxContext,
  signal: AbortSignal,
): Promise<(LiveChanges & { readonly nowMs: number }) | null> {
  const since = query.get('since') ?? '';
  const waitMs = Math.min(maxWaitMs, Number(query.get('waitMs') ?? maxWaitMs) || 0);
  const deadlineMs = performance.now() + waitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  for (;;) {
    const changes = live.compare(liveRegions(context(), query.get('order')), since);
    if (Object.keys(changes.regions).length > 0) return { ...changes, nowMs: context().nowMs };
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0 || signal.aborted) return null;
    // A payment that is due while nobody calls is decided at the end of the pause.
    const { dueEvents, frozenAtMs } = sandbox.state;
    const dueMs = frozenAtMs === null ? (dueEvents[0]?.atMs ?? Number.POSITIVE_INFINITY) - context().nowMs : leftMs;
    const change = nextChange();
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1, Math.min(leftMs, dueMs)));
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([pause, change]);
    clearTimeout(timer);
    catchUp();
  }
}
