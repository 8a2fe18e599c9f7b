/** Decides whether a link to the bank's page may be offered. */

/**
 * Returns true for a loopback host name: `localhost`, `*.localhost`, `127.0.0.0/8` or `[::1]`. `hostname` is spelled as
 * by `URL.hostname`. A copy of core's rule, which the browser half cannot import; both are tested by one table.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 (`localhost` and every name below it)
 */
export function isLoopbackHost(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1])$/.test(hostname);
}

/**
 * Returns the normalized URL of the bank's page, or `undefined` for one that is not offered: only https is allowed, http
 * only on loopback, and no user info, which could make a stranger's host look like the bank's.
 */
export function safeChallengeUrl(challengeUrl: string | undefined): string | undefined {
  try {
    const { protocol, hostname, username, password, href } = new URL(challengeUrl ?? '');
    const isAllowed = protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
    return isAllowed && !username && !password ? href : undefined;
  } catch {
    return undefined;
  }
}
