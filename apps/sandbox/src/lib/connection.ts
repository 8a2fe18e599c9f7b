/** Connection failures as `fetch` shows them: a reset connection, and a response that never comes. */

/** Creates the error that `fetch` rejects with when the connection is reset. */
export function connectionResetError(): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('Connection reset'), { code: 'ECONNRESET' }) });
}

/** Returns true for an error of {@link connectionResetError}. */
export function isConnectionReset(error: unknown): boolean {
  return error instanceof TypeError && (error.cause as { code?: unknown } | undefined)?.code === 'ECONNRESET';
}

/** Returns a promise that never resolves, and rejects with the signal's reason when the signal aborts. */
export function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
