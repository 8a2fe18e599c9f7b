/** Pauses of a writer, which a test need not wait out. */

import { onTestFinished, vi } from 'vitest';

/** Ends every timer of the test at once. */
export function skipPauses(): void {
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((task: () => void) => real(task, 0));
  onTestFinished(() => void vi.restoreAllMocks());
}
