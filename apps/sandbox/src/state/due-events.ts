/** The schedule of changes that the sandbox makes by itself; `issuer/run-due-events.ts` runs it. */
import type { DueEvent, SandboxState } from './state.ts';

/** Schedules an event. Events at the same time run in the sequence in which they were scheduled. */
export function scheduleEvent(state: SandboxState, event: DueEvent): void {
  state.dueEvents.push(event);
  state.dueEvents.sort((a, b) => a.atMs - b.atMs);
}
