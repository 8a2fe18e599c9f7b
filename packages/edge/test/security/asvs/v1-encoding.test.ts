/** OWASP Application Security Verification Standard 5.0, chapter V1: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../../src/payment/challenge-url.ts';
import { startAndPrompt, rightOtp } from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V1 encoding', () => {
  test('1.2.2: a browser gets only https URLs on a known host', () => {
    const hosts = new Set(['acs.example']);
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://other.example/', 'http://acs.example/']) {
      expect(validateChallengeUrl(url, hosts), url).toBeUndefined();
    }
    expect(validateChallengeUrl('https://acs.example/a?b=<c>', hosts)).toBe('https://acs.example/a?b=%3Cc%3E');
  });

  test('1.5.2: of a body only the named strings are read', async () => {
    const { page } = await startAndPrompt();
    const response = await page.post('otp/submit', {
      idempotencyKey: idempotencyKey(),
      otp: rightOtp,
      toJSON: {},
      constructor: {},
    });
    expect(response.status).toBe(400);
  });
});
