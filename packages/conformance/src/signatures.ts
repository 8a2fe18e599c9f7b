const utf8 = new TextEncoder();

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8.encode(text)));
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The fields of a return with their signature, as Plural makes it (native OTP guide, "Signature Verification"). */
export async function signedReturn(fields: Record<string, string>, secretKeyHex: string): Promise<URLSearchParams> {
  const text = Object.keys(fields)
    .sort()
    .map((key) => `${key}=${fields[key]}`)
    .join('&');
  const signature = hexOf(await hmac(bytesOfHex(secretKeyHex), text)).toUpperCase();
  return new URLSearchParams({ ...fields, signature });
}

/** The headers of a webhook (Plural's developer pages, "Webhooks": the Standard Webhooks scheme). */
export async function webhookHeaders(
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
