/** Calls of the merchant's functions whose failure is theirs alone. */

/**
 * Calls a function, and swallows what it throws or rejects with, so that it neither breaks a payment nor ends the process
 * by an unhandled rejection. Never rejects.
 */
export async function callSafely(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {
    // The failure of such a function is its own concern.
  }
}
