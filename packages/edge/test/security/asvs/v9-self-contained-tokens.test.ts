/** OWASP Application Security Verification Standard 5.0, chapter V9: requirements an OTP handler can meet by itself. */
import { describe, expect, test } from 'vitest';
import { createSessionSealer } from '../../../src/session/sealed-session.ts';
import { createSessionKey, exampleSession } from '../../support/session-fixtures.ts';
import { createBrowserRequest, startAndPrompt, shopOrigin } from '../../support/test-shop.ts';

const key = createSessionKey();

const otherKey = createSessionKey();

describe('V9 self-contained tokens', () => {
  test('9.1.1, 11.3.3: nothing of a sealed session is read before its tag is verified: each changed byte is rejected', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const sealed = await seals.seal(exampleSession);
    expect(await seals.open(sealed)).toEqual(exampleSession);
    for (let at = 3; at < sealed.length; at += 7) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(await seals.open(sealed.slice(0, at) + other + sealed.slice(at + 1)), `byte ${at}`).toBeUndefined();
    }
  });

  test('9.1.2, 11.3.2: there is one algorithm, AES-256-GCM, and a token cannot name another', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const jwt = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(exampleSession))}.`;
    const sealed = await seals.seal(exampleSession);
    for (const text of [
      jwt,
      sealed.replace('v3.', 'v0.'),
      sealed.replace('v3.', ''),
      `v3.${btoa(JSON.stringify(exampleSession))}`,
    ]) {
      expect(await seals.open(text)).toBeUndefined();
    }
  });

  test('9.1.3: keys come from the configuration only', async () => {
    const sealed = await createSessionSealer([otherKey], shopOrigin).seal(exampleSession);
    expect(await createSessionSealer([key], shopOrigin).open(sealed)).toBeUndefined();
    expect(await createSessionSealer([key, otherKey], shopOrigin).open(sealed)).toEqual(exampleSession);
  });

  test('9.2.1: a token is accepted within its lifetime only, also one that was opened before', async () => {
    const { shop, page } = await startAndPrompt();
    await page.getView();
    shop.clock.advance(24 * 3600 + 1);
    expect((await page.post('payment', {})).status).toBe(401);
  });

  test('9.2.2: a token that was sealed for another purpose is not a session', async () => {
    const { shop } = await startAndPrompt();
    const purpose = await shop.plural.deriveKey('token-cache');
    const iv = new Uint8Array(12);
    const text = new TextEncoder().encode(JSON.stringify(exampleSession));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, purpose, text));
    const other = `v3.${Buffer.concat([new Uint8Array(4), iv, sealed]).toString('base64url')}`;
    expect((await shop.handler.fetch(createBrowserRequest('payment', { session: other }))).status).toBe(401);
  });

  test('9.2.3, 9.2.4: a token of one shop is not accepted by another with the same keys', async () => {
    const sealed = await createSessionSealer([key], shopOrigin).seal(exampleSession);
    expect(await createSessionSealer([key], 'https://other.example').open(sealed)).toBeUndefined();
  });
});
