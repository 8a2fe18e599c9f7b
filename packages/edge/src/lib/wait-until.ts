/** Background work that outlives its response, on runtimes that end a request with it (`ctx.waitUntil`). */

/** Keeps background work alive after the response is sent. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** Returns the `waitUntil` of a runtime's execution context, or a no-op where there is none. */
export function waitUntilFrom(execution: unknown): WaitUntil {
  if (typeof execution !== 'object' || execution === null || !('waitUntil' in execution)) return () => undefined;
  return (work) => {
    try {
      const { waitUntil } = execution;
      if (typeof waitUntil === 'function') waitUntil.call(execution, work);
    } catch {
      // The runtime accepts no more work for this request. An undelivered verdict stays due in the store.
    }
  };
}
