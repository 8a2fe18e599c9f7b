/** Registers every language that has a file. */

import type { Messages } from '../../src/index.ts';
import { bn } from '../../src/locales/bn.ts';
import { gu } from '../../src/locales/gu.ts';
import { hi } from '../../src/locales/hi.ts';
import { kn } from '../../src/locales/kn.ts';
import { ml } from '../../src/locales/ml.ts';
import { mr } from '../../src/locales/mr.ts';
import { or } from '../../src/locales/or.ts';
import { pa } from '../../src/locales/pa.ts';
import { ta } from '../../src/locales/ta.ts';
import { te } from '../../src/locales/te.ts';
import { ur } from '../../src/locales/ur.ts';

/** Messages by language. */
export const locales: Readonly<Record<string, Messages>> = { bn, gu, hi, kn, ml, mr, or, pa, ta, te, ur };
