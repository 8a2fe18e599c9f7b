/**
 * Fixtures and page helpers for Playwright. Plain data and functions, so that Playwright is no dependency:
 * `const test = base.extend(sandboxFixtures)`.
 */
import { rightOtp } from '../scenarios/credentials.ts';
import { createSandboxClient, type SandboxClient } from './sandbox-client.ts';

/** Fixtures and options by name. */
export interface SandboxFixtures {
  /** Origin of the running sandbox. An option: `use: { sandboxOrigin: 'http://127.0.0.1:3001' }`. */
  sandboxOrigin: string;
  /** Namespace of the shop under test. An option. @default the sandbox's own */
  sandboxNamespace: string;
  /** A client of the sandbox: waits for OTPs, scripts faults, reads what was called. */
  bank: SandboxClient;
}

type Use<T> = (value: T) => Promise<void>;
type Options = Pick<SandboxFixtures, 'sandboxOrigin' | 'sandboxNamespace'>;

/** The fixtures, for `test.extend` of `@playwright/test`. A fault that a test scripted ends with it. */
export const sandboxFixtures: {
  sandboxOrigin: [string, { option: true }];
  sandboxNamespace: [string, { option: true }];
  bank: (options: Options, use: Use<SandboxClient>) => Promise<void>;
} = {
  sandboxOrigin: ['http://127.0.0.1:3001', { option: true }],
  sandboxNamespace: ['', { option: true }],
  bank: async ({ sandboxOrigin, sandboxNamespace }, use) => {
    const bank = createSandboxClient({ origin: sandboxOrigin, namespace: sandboxNamespace });
    await use(bank);
    await bank.clearScript();
  },
};

/** The part of Playwright's `Page` that the helpers use. */
export interface BankPage {
  getByLabel(text: string): { fill(value: string): Promise<void> };
  getByRole(role: 'button', options: { name: string }): { click(): Promise<void> };
}

/** Enters an OTP on the bank's page and confirms it. The page then leads back to the shop. */
export async function confirmAtBank(page: BankPage, otp: string = rightOtp): Promise<void> {
  await page.getByLabel('One-time password (OTP)').fill(otp);
  await page.getByRole('button', { name: 'Confirm' }).click();
}

/** Cancels the payment on the bank's page. The page then leads back to the shop. */
export async function cancelAtBank(page: BankPage): Promise<void> {
  await page.getByRole('button', { name: 'Cancel the payment' }).click();
}
