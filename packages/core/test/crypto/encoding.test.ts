import { expect, test } from 'vitest';
import {
  equalBytes,
  fromBase64,
  fromBase64url,
  fromHex,
  sha256,
  toBase64,
  toBase64url,
  toHex,
} from '../../src/crypto/encoding.ts';

test('hex: both cases, two digits per byte', () => {
  expect([...(fromHex('00fF0a') as Uint8Array)]).toEqual([0, 255, 10]);
  expect(toHex(Uint8Array.of(0, 255, 10))).toBe('00FF0A');
});

test('Base64: one spelling per value', () => {
  expect([...(fromBase64('AP8=') as Uint8Array)]).toEqual([0, 255]);
  expect(toBase64(Uint8Array.of(0, 255))).toBe('AP8=');
  for (const invalid of ['AP8', 'AP9=', 'AP8=A', 'A', 'AP-_', ' AP8=', 'AP8=\n', 'AP8==', 'AAAAA===']) {
    expect(fromBase64(invalid)).toBeUndefined();
  }
});

test('equalBytes: same length, and same bytes', () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(2, 2), Uint8Array.of(1, 2))).toBe(false);
  expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 0), Uint8Array.of(1))).toBe(false);
  expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
});

test('Base64url: one spelling per value, without padding', () => {
  expect([...(fromBase64url('-_8') as Uint8Array)]).toEqual([251, 255]);
  expect(toBase64url(Uint8Array.of(251, 255))).toBe('-_8');
  for (const invalid of ['AP9', 'AP8=', 'A', 'AAAAA', '+/8', ' AP8', 'AP8\n', 'A.8']) {
    expect(fromBase64url(invalid)).toBeUndefined();
  }
});

test('Base64 and Base64url of every length decode to the same bytes', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
  }
});

test('sha256 hashes the UTF-8 form', async () => {
  expect(toHex(await sha256('abc'))).toBe('BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD');
  expect(await sha256('₹')).not.toEqual(await sha256('?'));
});
