/**
 * Returns a random UUID (version 4). `crypto.randomUUID` is missing on pages without TLS, and all of `crypto` in some
 * engines without a browser. `Math.random` is enough for them: the UUID tells the actions of one payment apart, and is no
 * secret.
 */
export function randomUuid(): string {
  const { crypto } = globalThis as { crypto?: Partial<Crypto> };
  const bytes = new Uint8Array(36);
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else bytes.forEach((_, at) => (bytes[at] = Math.random() * 256));
  return 'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, (_, at: number) => (bytes[at]! % 16).toString(16));
}
