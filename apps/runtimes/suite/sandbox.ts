import { createSandbox } from '@plural-otp/sandbox';
import { contract } from '../../sandbox/test/contract.ts';
import { Merchant } from '../../sandbox/test/merchant.ts';
import type { Cases } from './expect.ts';

export const sandboxCases: Cases = Object.fromEntries(
  Object.entries(contract).map(([title, holds]) => [
    `sandbox: ${title}`,
    async () => holds(await new Merchant(createSandbox().fetch).signIn()),
  ]),
);
