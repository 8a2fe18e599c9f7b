/** Whole seconds until `deadlineMs`, 0 once it has passed. */
export function secondsUntil(deadlineMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
}

/** Whether going from `before` to `now` seconds left passes a milestone or the end. A sleep may pass several at once. */
export function isMilestone(before: number, now: number): boolean {
  // Each second would be noise.
  const milestones = [60, 30, 10, 0];
  return milestones.some((at) => before > at && now <= at);
}
