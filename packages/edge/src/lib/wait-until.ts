/** Has the runtime see work to its end that the answer does not wait for. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** Keeps work going by the context's `waitUntil`, where the runtime gives one. */
export function waitUntilFrom(context: unknown): WaitUntil {
  if (typeof context !== 'object' || context === null || !('waitUntil' in context)) return () => undefined;
  return (work) => {
    try {
      const { waitUntil } = context;
      if (typeof waitUntil === 'function') waitUntil.call(context, work);
    } catch {
      // The runtime no longer takes work for this request; what is owed stays owed in the store.
    }
  };
}
