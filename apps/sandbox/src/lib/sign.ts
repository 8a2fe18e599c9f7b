/**
 * Signatures of returns and webhooks. Written from the vendor's guide alone: the sandbox shares no code with the
 * client packages that verify them, so that agreement between the two is evidence.
 */

const utf8 = new TextEncoder();

/** Signs a return: fields sorted by key, `key=value` joined by `&`, HMAC-SHA-256, upper-case hex. */
export async function signReturn(fields: Readonly<Record<string, string>>, secretKeyHex: string): Promise<string> {
  const message = Object.keys(fields)
    .filter((key) => key !== 'signature')
    .sort()
    .map((key) => `${key}=${fields[key]}`)
    .join('&');
  const digest = await hmac(bytesFromHex(secretKeyHex), utf8.encode(message));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/**
 * Signs a webhook and returns the value of `webhook-signature`: HMAC-SHA-256 of `id.timestamp.body` keyed with the
 * secret's UTF-8 bytes, in Base64 after `v1,`.
 */
export async function signWebhook(id: string, timestampSeconds: number, body: string, secret: string): Promise<string> {
  const digest = await hmac(utf8.encode(secret), utf8.encode(`${id}.${timestampSeconds}.${body}`));
  return `v1,${btoa(String.fromCharCode(...digest))}`;
}

// As the guide's sample does: two characters a byte, and an odd last character is dropped.
function bytesFromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: Math.floor(hex.length / 2) }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}

async function hmac(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
}
