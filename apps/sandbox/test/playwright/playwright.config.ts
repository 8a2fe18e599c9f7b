import { defineConfig } from '@playwright/test';
import type { SandboxFixtures } from '../../dist/testing/playwright.js';

// The browser of this machine; Playwright would otherwise download one.
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export default defineConfig<SandboxFixtures>({
  testMatch: '*.spec.ts',
  outputDir: process.env['PLAYWRIGHT_OUTPUT'] ?? 'test-results',
  fullyParallel: true,
  workers: 2,
  // Machines with more work than cores.
  timeout: 60_000,
  use: {
    sandboxOrigin: process.env['SANDBOX_ORIGIN'] ?? 'http://127.0.0.1:3001',
    baseURL: process.env['SHOP_ORIGIN'] ?? 'http://127.0.0.1:3000',
    launchOptions: { executablePath, args: ['--no-sandbox', '--disable-gpu'] },
  },
});
