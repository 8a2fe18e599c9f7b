/** Guesses of a session: its neighbours, digests of known values, and an estimate of its random part. */

/** 22 characters of Base64 hold 128 bits. */
export const minSessionLength = 22;
export const minRandomBits = 64;
/** Highest number whose digest is tried. */
const maxCounter = 2000;

/**
 * Estimates the random bits of sessions by two of them: the number of places at which they differ, times the bits of
 * their alphabet. Random ones differ nearly everywhere; counters and times only in their last places.
 */
export function estimateRandomBits(one: string, two: string): number {
  let differing = 0;
  for (let at = 0; at < Math.min(one.length, two.length); at += 1) if (one[at] !== two[at]) differing += 1;
  const characters = `${one}${two}`;
  const alphabetSize = /^[0-9]+$/.test(characters) ? 10 : /^[0-9a-f-]+$/i.test(characters) ? 16 : 64;
  return differing * Math.log2(alphabetSize);
}

/** Lists the sessions next to one, as numbers and by its last character. */
export function listNeighbours(session: string): string[] {
  const neighbours: string[] = [];
  const tail = /[0-9]+$/.exec(session)?.[0] ?? '';
  const hexTail = /[0-9a-f]+$/.exec(session)?.[0] ?? '';
  for (const step of [-1n, 1n]) {
    for (const [digits, radix, prefix] of [
      [tail, 10, ''],
      [hexTail, 16, '0x'],
    ] as const) {
      const number = digits === '' ? -1n : BigInt(prefix + digits) + step;
      const next = number.toString(radix).padStart(digits.length, '0');
      if (number >= 0n) neighbours.push(session.slice(0, session.length - digits.length) + next);
    }
    const last = session.codePointAt(session.length - 1) ?? 0;
    neighbours.push(session.slice(0, -1) + String.fromCharCode(last + Number(step)));
  }
  return [...new Set(neighbours)].filter((neighbour) => neighbour !== session);
}

/** Returns true when the session is a digest, in hex or Base64, of one of the values or of a small number. */
export async function isDigestOf(session: string, values: readonly string[]): Promise<boolean> {
  const counters = Array.from({ length: maxCounter }, (_, number) => String(number));
  for (const value of [...values, ...counters])
    for (const algorithm of ['SHA-1', 'SHA-256']) {
      const digest = new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(value)));
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      const base64 = btoa(String.fromCharCode(...digest)).replaceAll('=', '');
      const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
      const candidates = [hex, hex.toUpperCase(), base64, base64url];
      if (candidates.some((candidate) => candidate.startsWith(session) || session.includes(candidate))) return true;
    }
  return false;
}
