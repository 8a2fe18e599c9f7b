/** Background work that outlives its response, on runtimes that end a request with it (`ctx.waitUntil`). */

import { callSafely } from './call-safely.ts';

/** Keeps background work alive after the response is sent. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** Returns the `waitUntil` of a runtime's execution context, or a no-op where there is none. */
export function waitUntilFrom(execution: unknown): WaitUntil {
  if (typeof execution !== 'object' || execution === null || !('waitUntil' in execution)) return () => undefined;
  // A runtime that accepts no more work for this request throws. An undelivered verdict stays due in the store.
  return (work) =>
    void callSafely(() => {
      const { waitUntil } = execution;
      return typeof waitUntil === 'function' ? (waitUntil.call(execution, work) as unknown) : undefined;
    });
}
