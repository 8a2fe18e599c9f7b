/** Ids in the form of the vendor's samples. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Creates an order id: `v1-<yymmddhhmmss>-aa-<6 characters>`. The characters are a hash of `seed`. */
export function orderId(atMs: number, seed: string): string {
  const digits = new Date(atMs).toISOString().slice(2, 19).replaceAll(/\D/g, '');
  return `v1-${digits}-aa-${sixCharacters(seed)}`;
}

/** Creates the id of a customer (`cust`), of a saved card (`token`) or of its token at the card network (`tp`). */
export function vaultId(kind: 'cust' | 'token' | 'tp', atMs: number, seed: string): string {
  return `${kind}-${orderId(atMs, seed)}`;
}

/** Creates a payment id: the order's id, `cc` for a card, and a letter that counts the order's payments. */
export function paymentId(order: string, index: number): string {
  const letter = alphabet[26 + (index % 26)] ?? 'a';
  return `${order}-cc-${letter}${index < 26 ? '' : Math.floor(index / 26)}`;
}

function sixCharacters(seed: string): string {
  let rest = hash(seed) * 0x10_00 + (hash(`${seed}!`) & 0xfff);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text += alphabet[rest % 62] ?? 'A';
    rest = Math.floor(rest / 62);
  }
  return text;
}

// FNV-1a with 32 bits.
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Creates the part of an id that a seed determines, in the form of a UUID. */
export function seededId(seed: number, namespace: string, sequence: number): string {
  const digits = [0, 1, 2, 3].map((part) =>
    hash(`${seed}/${namespace}/${sequence}/${part}`).toString(16).padStart(8, '0'),
  );
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
