/** Support references: short names of payments that a customer can read out on the telephone. */

import { sha256 } from '@plural-otp/core/internal';

// Crockford's alphabet, without letters that look or sound like another.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Creates a reference such as `K7QF-3M9X-2HBD` from a random id: 60 bits, so that references cannot be guessed. */
export async function createReference(newId: () => string): Promise<string> {
  const bytes = await sha256(`plural-otp|v1|reference|${newId()}`);
  const letters = [...bytes.subarray(0, 12)].map((byte) => alphabet.charAt(byte % 32));
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].map((group) => group.join('')).join('-');
}

/** Parses a reference as a person typed it or read it out. Returns `undefined` when it cannot be one. */
export function parseReference(text: unknown): string | undefined {
  const letters = String(text).toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(letters)) return undefined;
  return letters.replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3');
}
