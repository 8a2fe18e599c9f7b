/**
 * Rule for hosts that never leave this machine, where plain http is safe. Flow has a copy for the browser half; one table
 * of hosts tests both.
 */

/**
 * Returns true for a loopback host name: `localhost`, `*.localhost`, `127.0.0.0/8` or `[::1]`.
 *
 * @param hostname as `URL.hostname` spells it: lower case, IPv4 in four decimal parts, IPv6 in brackets
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 (`localhost` and every name below it)
 */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
