/** Strict encodings: input that does not decode returns `undefined`, never something shorter. */

const encoder = new TextEncoder();

/**
 * Encodes as UTF-8. Replaces a lone surrogate silently, so callers that sign text reject it with {@link isWellFormed}.
 */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Returns true for a string without lone surrogates, which has exactly one UTF-8 form. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Decodes hex of either case and even length; anything else returns `undefined`. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  // By code units, because parsing a slice for each byte costs as much as a tenth of an HMAC.
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = hexDigit(text, i * 2) * 16 + hexDigit(text, i * 2 + 1);
  return bytes;
}

/** Returns the value of a hex digit: `0` is 48, `A` is 65, and `a` is 97. */
function hexDigit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit < 65 ? unit - 48 : (unit & 0b1111) + 9;
}

/** Encodes as upper-case hex, as Plural's sample code prints it. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text.toUpperCase();
}

/** Decodes standard Base64 with padding, one spelling per value (no stray bits); anything else returns `undefined`. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const bytes = decode(text);
  return toBase64(bytes) === text ? bytes : undefined;
}

/** Encodes as standard Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Decodes Base64url without padding, one spelling per value (no stray bits); anything else returns `undefined`. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = decode(text.replaceAll('-', '+').replaceAll('_', '/'));
  // Only the last group can be spelled in several ways.
  const wholeGroups = Math.floor(text.length / 4);
  return toBase64url(bytes.subarray(wholeGroups * 3)) === text.slice(wholeGroups * 4) ? bytes : undefined;
}

/** Encodes as Base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Returns the SHA-256 digest of a string's UTF-8 form: 32 bytes. */
export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text)));
}

/** Compares two digests in constant time. Their length is no secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
