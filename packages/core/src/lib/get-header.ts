/** Reads headers in the two forms that servers have them: a `Headers` object, or Node's object of strings and lists. */

/** Headers of a request: names in any case; Node's lists of values are joined by a space. */
export type HeaderSource = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Returns the value of a header, or `undefined` when there is none.
 *
 * @param name in lower case
 */
export function getHeader(headers: HeaderSource, name: string): string | undefined {
  // Checked by its method and not its class, because fetch libraries and test runners have a Headers class of their own.
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name || value === undefined || value === null) continue;
    return Array.isArray(value) ? value.join(' ') : String(value);
  }
  return undefined;
}
