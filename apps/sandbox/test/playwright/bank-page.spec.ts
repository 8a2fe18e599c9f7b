import { expect, test as base } from '@playwright/test';
import { cancelAtBank, confirmAtBank, sandboxFixtures, type SandboxFixtures } from '../../dist/testing/playwright.js';
import { Merchant } from '../support/merchant.ts';

const test = base.extend<SandboxFixtures>(sandboxFixtures);

for (const [name, act, status] of [
  ['confirms a payment', confirmAtBank, 'PROCESSED'],
  ['cancels a payment', cancelAtBank, 'FAILED'],
] as const)
  test.describe(name, () => {
    // Both tests run at once, each in its own namespace.
    test.use({ sandboxNamespace: name.replaceAll(' ', '-') });
    test("on the bank's page, and comes back to the shop", async ({ page, bank, sandboxOrigin }) => {
      await page.route('https://shop.test/**', (route) => route.fulfill({ body: 'Back in the shop' }));
      const merchant = new Merchant((request) => fetch(request), sandboxOrigin);
      await merchant.signIn(bank.credentials);
      const { orderId, challengeUrl } = await merchant.start('pays', { merchant_order_reference: 'the-same' });

      await page.goto(challengeUrl);
      await bank.otp({ reference: 'the-same' });
      await act(page);
      await expect(page.getByText('Back in the shop')).toBeVisible();
      expect(page.url()).toContain('https://shop.test/return?basket=7');
      const { order, otpsSent } = await bank.waitFor('orders', { orderId });
      expect(order['payments']).toMatchObject([{ status }]);
      expect(otpsSent).toBe(1);
    });
  });
