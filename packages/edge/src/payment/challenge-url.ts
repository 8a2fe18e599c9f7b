/** The allow-list for bank page URLs, so that a forged or altered order cannot send a customer to a phishing page. */

import { isLoopbackHost } from '@plural-otp/core/internal';

/** Returns true for https, and for plain http on a loopback host, where nobody else can intercept it. */
export const isSecureUrl = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));

/** Largest length of a bank page's URL as the URL parser serializes it, which a record and a session have room for. */
export const maxChallengeUrlLength = 2048;

/**
 * Validates the URL of a bank page and returns it as the URL parser serializes it. Returns `undefined` unless it is
 * https (http on loopback), without user info, at most 2048 characters, and on exactly one of `hosts` (each `host` or
 * `host:port`).
 */
export function validateChallengeUrl(text: string, hosts: ReadonlySet<string>): string | undefined {
  if (text.length > maxChallengeUrlLength || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // Measured again, because serializing may lengthen it: a letter outside ASCII becomes six characters.
  if (url.href.length > maxChallengeUrlLength) return undefined;
  return isSecureUrl(url) && url.username === '' && url.password === '' && hosts.has(url.host) ? url.href : undefined;
}
