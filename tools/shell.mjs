/** What the commands share when they start programs. Runs on Node 20 without any package. */

/** True on Windows, where npm's and pnpm's programs are scripts that need a shell. */
export const windows = process.platform === 'win32';

/** Returns a program's path for `spawn`, in quotation marks where a shell reads it. */
export function quoted(path) {
  return windows ? `"${path}"` : path;
}

/** Prints what went wrong and what to do, and ends with 1. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
