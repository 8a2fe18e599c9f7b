/** Keyed hashes of references and orders. */

/** Number of hashes kept in memory: a payment has about ten events in a few minutes. */
const maxKept = 2000;

/** Hashes a text by HMAC-SHA-256 to 16 bytes, in hexadecimal. Returns a hash that is known already without a promise. */
export type KeyedHash = (text: string) => string | Promise<string>;

/** Creates a keyed hash. */
export function createKeyedHash(secret: string): KeyedHash {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let key: Promise<CryptoKey> | undefined;
  const known = new Map<string, string | Promise<string>>();
  const compute = async (text: string): Promise<string> => {
    key ??= crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
    const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', await key, encoder.encode(text)), 0, 16);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  return (text) => {
    let hashed = known.get(text);
    if (!hashed) {
      const computing = compute(text).then((hash) => {
        if (known.has(text)) known.set(text, hash);
        return hash;
      });
      hashed = computing;
      known.set(text, hashed);
      for (const oldest of known.keys()) {
        if (known.size <= maxKept) break;
        known.delete(oldest);
      }
    }
    return hashed;
  };
}
