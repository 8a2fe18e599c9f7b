import { coreCases } from './core.ts';
import { edgeCases } from './edge.ts';
import type { Cases } from './assert.ts';
import { faultCases } from './faults.ts';
import { flowCases } from './flow.ts';
import { leakCases } from './leaks.ts';
import { platformCases } from './platform.ts';
import { sandboxCases } from './sandbox.ts';
import { signatureCases } from './signatures.ts';
import { clientCases } from './client.ts';
import { tokenCases } from './token.ts';

/** For every runtime that may hold a secret. */
export const serverCases: Cases = {
  ...platformCases,
  ...signatureCases,
  ...faultCases,
  ...clientCases,
  ...tokenCases,
  ...leakCases,
  ...coreCases,
  ...edgeCases,
  ...flowCases,
  ...sandboxCases,
};
