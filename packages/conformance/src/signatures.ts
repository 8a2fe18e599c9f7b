/** Signatures of returns and webhooks, as Plural makes them. */

const utf8 = new TextEncoder();

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8.encode(text)));
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Signs the fields of a return (Plural's native OTP guide, "Signature Verification"). */
export async function signReturn(fields: Record<string, string>, secretKeyHex: string): Promise<URLSearchParams> {
  const text = Object.keys(fields)
    .sort()
    .map((key) => `${key}=${fields[key]}`)
    .join('&');
  const signature = toHex(await hmac(fromHex(secretKeyHex), text)).toUpperCase();
  return new URLSearchParams({ ...fields, signature });
}

/** Returns the signed headers of a webhook (Plural's developer pages, "Webhooks": the Standard Webhooks scheme). */
export async function signWebhookHeaders(
  body: string,
  { id, atSeconds, secret }: { id: string; atSeconds: number; secret: string },
): Promise<Record<string, string>> {
  const digest = await hmac(utf8.encode(secret), `${id}.${atSeconds}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
    'webhook-signature': `v1,${btoa(String.fromCharCode(...digest))}`,
  };
}
