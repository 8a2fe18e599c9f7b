import type { Cases } from './assert.ts';
import { pageCases } from './page.ts';
import { platformCases } from './platform.ts';
import { sandboxCases } from './sandbox.ts';
import { signatureCases } from './signatures.ts';

/** For browsers, on a page whose server runs the handler: all of flow, and what else needs no merchant's secret. */
export const browserCases: Cases = { ...platformCases, ...signatureCases, ...pageCases, ...sandboxCases };
