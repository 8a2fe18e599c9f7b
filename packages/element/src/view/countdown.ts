/** Returns the whole seconds until `deadlineMs`, 0 once it has passed. */
export function secondsUntil(deadlineMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
}
