/** Requests with a time limit, each on a connection of its own. One that closes before a response is tried once more. */

/** Thrown when no response arrives in time. */
export class NoResponse extends Error {
  constructor(who: string, timeoutMs: number) {
    super(`${who} did not respond within ${timeoutMs / 1000} seconds`);
  }
}

/** Sends requests to one server. */
export type Send = (url: string, init?: RequestInit, options?: { repeats?: boolean }) => Promise<Response>;

export interface SendOptions {
  /** Name of the server in messages, for example `the hook`. */
  who: string;
  fetch: typeof globalThis.fetch;
  /** Time limit of each response, in milliseconds. */
  timeoutMs: number;
  /** Aborts every request. */
  signal?: AbortSignal | undefined;
}

export function createSend({ who, fetch, timeoutMs, signal }: SendOptions): Send {
  async function sendOnce(url: string, init: RequestInit): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers = new Headers(init.headers);
    // A server closes an idle connection at any time, and a request that is sent at that moment is lost.
    headers.set('connection', 'close');
    try {
      return await fetch(url, { ...init, headers, signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) throw new NoResponse(who, timeoutMs);
      throw error;
    }
  }
  return async (url, init = {}, { repeats = true } = {}) => {
    try {
      return await sendOnce(url, init);
    } catch (error) {
      // `fetch` reports a broken connection as a TypeError, also where a server is too busy to accept one.
      if (!repeats || !(error instanceof TypeError)) throw error;
      return sendOnce(url, init);
    }
  };
}
