/** Warnings for the developer of the page, in the console. */

const warned = new Set<string>();

/** Writes `message` to the console, once per page. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(`plural-otp: ${message}`);
}
