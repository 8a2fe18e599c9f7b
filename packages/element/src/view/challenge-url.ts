/**
 * The bank's page as a link we dare to offer, or nothing: https only (http on loopback), and no user info, which
 * could make a stranger's host look like the bank's.
 */
export function safeChallengeUrl(challengeUrl: string | undefined): string | undefined {
  try {
    const { protocol, hostname, username, password, href } = new URL(challengeUrl ?? '');
    const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    const allowed = protocol === 'https:' || (protocol === 'http:' && loopback);
    return allowed && !username && !password ? href : undefined;
  } catch {
    return undefined;
  }
}
