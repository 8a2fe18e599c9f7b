/** Guesses of a session: its neighbours, digests of known values, and an estimate of its random part. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** 22 characters of Base64 hold 128 bits. */
export const minSessionLength = 22;
export const minRandomBits = 64;
/** Number of counters whose digest is tried. */
const maxCounter = 2000;
// Web Crypto has no MD5, and computes each digest in another thread, which a loaded machine takes long to wake.
const algorithms = [md5, sha1, sha256, sha512];

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

/**
 * Estimates the bits from the first place on at which two references differ. A counter or a clock changes only its last
 * digits; of random characters the first one differs already, behind a prefix that all may have.
 */
export function estimateTailBits(one: string, two: string): number {
  const length = Math.max(one.length, two.length);
  let at = 0;
  while (at < length && one[at] === two[at]) at += 1;
  const tail = (one.slice(at) + two.slice(at)).replaceAll(/[^0-9a-z]/gi, '');
  const alphabetSize = /^[0-9]*$/.test(tail) ? 10 : 36;
  return (tail.length / 2) * Math.log2(alphabetSize);
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

/** Lists the digests of values, in hex and Base64. */
export function listDigests(values: readonly string[]): string[] {
  return values.flatMap((value) =>
    algorithms.flatMap((digest) => {
      const bytes = digest(utf8ToBytes(value));
      const hex = bytesToHex(bytes);
      const base64 = btoa(String.fromCharCode(...bytes)).replaceAll('=', '');
      const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
      return [hex, hex.toUpperCase(), base64, base64url];
    }),
  );
}

/** Lists numbers that a session could be a digest of: small counters, and the milliseconds and seconds of a span. */
export function listNumbers(fromMs: number, toMs: number): string[] {
  const numbers = Array.from({ length: maxCounter }, (_, counter) => counter);
  for (let ms = Math.floor(fromMs); ms <= toMs; ms += 1) numbers.push(ms);
  for (let second = Math.floor(fromMs / 1000); second <= toMs / 1000; second += 1) numbers.push(second);
  return numbers.map(String);
}

/** Returns true when the session contains one of the digests, or is the beginning of one. */
export const containsDigest = (session: string, digests: readonly string[]): boolean =>
  digests.some((digest) => digest.startsWith(session) || session.includes(digest));
