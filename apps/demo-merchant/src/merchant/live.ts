/** Server-sent events that say when something changed, so that an open page can show it. */

/** Time between two looks at the storage. */
const everyMs = 1000;
/** Looks after which a comment keeps proxies from closing a quiet stream. */
const heartbeatEvery = 15;
/** Looks after which the stream ends; the browser opens it again. */
const maxLooks = 600;

/**
 * Creates a stream with one event whenever `readRevision` returns another number than before. Looking at the storage,
 * and not listening in this process, it also tells what another process changed.
 */
export function createLiveResponse(
  readRevision: () => Promise<number>,
  sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Response {
  const encoder = new TextEncoder();
  const closed = new AbortController();
  let looks = 0;
  let known: number | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode('retry: 3000\n\n'));
    },
    async pull(controller) {
      while (!closed.signal.aborted) {
        const revision = await readRevision().catch(() => known ?? 0);
        if (closed.signal.aborted) return;
        const isFirst = known === undefined;
        const hasChanged = revision !== known;
        known = revision;
        looks += 1;
        if (isFirst) controller.enqueue(encoder.encode(`event: ready\ndata: ${revision}\n\n`));
        else if (hasChanged) controller.enqueue(encoder.encode(`event: change\ndata: ${revision}\n\n`));
        else if (looks % heartbeatEvery === 0) controller.enqueue(encoder.encode(': still here\n\n'));
        if (looks >= maxLooks) {
          controller.close();
          return;
        }
        await sleep(everyMs);
        if (isFirst || hasChanged) return;
      }
    },
    cancel() {
      closed.abort();
    },
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}
