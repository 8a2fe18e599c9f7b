import { createSandbox } from '@plural-otp/sandbox';
import { apiContract } from '../../sandbox/test/support/api-contract.ts';
import { Merchant } from '../../sandbox/test/support/merchant.ts';
import type { Cases } from './assert.ts';

export const sandboxCases: Cases = Object.fromEntries(
  Object.entries(apiContract).map(([title, holds]) => [
    `sandbox: ${title}`,
    async () => holds(await new Merchant(createSandbox().fetch).signIn()),
  ]),
);
