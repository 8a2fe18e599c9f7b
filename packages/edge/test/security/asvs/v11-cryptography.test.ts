/** OWASP Application Security Verification Standard 5.0, chapter V11: requirements an OTP handler can meet by itself. */
import { describe, expect, test } from 'vitest';
import { createSessionSealer } from '../../../src/session/sealed-session.ts';
import { createSessionKey, exampleSession } from '../../support/session-fixtures.ts';
import { createBrowserRequest, startAndPrompt, shopOrigin } from '../../support/test-shop.ts';

const key = createSessionKey();

describe('V11 cryptography', () => {
  test('11.2.5: every session that fails to open gets the same response, byte for byte', async () => {
    const { shop, page } = await startAndPrompt();
    const { session: own } = page;
    const texts = ['', 'v3.', 'v3.AAAA', own.slice(0, -4), `${own}AAAA`, own.replace('v3.', 'v9.'), 'x'.repeat(3000)];
    const answers = await Promise.all(
      texts.map(async (text) => {
        const response = await shop.handler.fetch(createBrowserRequest('payment', { session: text }));
        return JSON.stringify([response.status, [...response.headers], await response.text()]);
      }),
    );
    const [, ...others] = new Set(answers.slice(1));
    expect(others).toEqual([]);
  });

  test('11.3.4: no nonce is used twice', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const sealed = await Promise.all(Array.from({ length: 2000 }, () => seals.seal(exampleSession)));
    const nonces = sealed.map((text) => Buffer.from(text.slice(3), 'base64url').subarray(4, 16).toString('hex'));
    expect(new Set(nonces).size).toBe(2000);
  });
});
