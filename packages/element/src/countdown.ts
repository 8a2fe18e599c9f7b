/** Seconds left at which a wait is spoken of; each second would be noise. */
const milestones = [10, 30, 60] as const;

/** Whole seconds until `deadlineMs`, 0 once it has passed. */
export function secondsUntil(deadlineMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
}

/** Whether going from `before` to `now` seconds left passes a milestone or the end. A sleep may pass several at once. */
export function isSpoken(before: number, now: number): boolean {
  return now < before && (now === 0 || milestones.some((at) => before > at && now <= at));
}
