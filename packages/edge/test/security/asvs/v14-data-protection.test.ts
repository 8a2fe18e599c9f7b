/** OWASP Application Security Verification Standard 5.0, chapter V14: requirements an OTP handler can meet by itself. */
import { describe, expect, test } from 'vitest';
import {
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  createSignedReturn,
  wrongOtp,
} from '../../support/test-shop.ts';

describe('V14 data protection', () => {
  test('14.2.1: no URL of the handler contains a session, an OTP or a card', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    await page.submit(rightOtp);
    const { headers } = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    const { searchParams } = new URL(headers.get('location') ?? '');
    expect([...searchParams.keys()]).toEqual(['reference']);
    expect(searchParams.get('reference')).toMatch(/^[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}$/);
  });

  test('14.2.6, 15.3.1: a response has the contract’s fields and nothing else of the order or the record', async () => {
    const { page } = await startAndPrompt();
    const known = new Set(['phase', 'next', 'revision', 'reference', 'resendInSeconds', 'pollAfterSeconds', 'session']);
    for (const name of ['attempts', 'problem', 'challengeUrl', 'display', 'leftForBank']) known.add(name);
    for (const view of [await page.getView(), await page.submit(wrongOtp), await page.submit(rightOtp)]) {
      expect(Object.keys(view).filter((name) => !known.has(name))).toEqual([]);
      expect(JSON.stringify(view)).not.toContain('4012001037141112');
    }
  });
});
