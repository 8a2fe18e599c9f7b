const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL stays on this machine: the only place where plain http is let through. */
export const isLoopback = (url: URL): boolean => loopback.has(url.hostname);

/**
 * The bank's page as the browser may be sent there, printed anew; `undefined` unless it is https (http on loopback),
 * without user info, and on exactly one of `hosts` (each `host` or `host:port`).
 */
export function validateChallengeUrl(text: string, hosts: ReadonlySet<string>): string | undefined {
  if (text.length > 2048 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return secure && url.username === '' && url.password === '' && hosts.has(url.host) ? url.href : undefined;
}
