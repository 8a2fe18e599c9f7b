/** What all runs of recipes share: their interface, paths, secrets and clock. */

import { join } from 'node:path';
import { root } from '../support/examples.ts';

/** Recipe that runs on loopback. */
export interface RecipeRun {
  origin: string;
  /** Returns everything it has printed. */
  getOutput: () => string;
  /** Sets its clock two minutes forward. */
  advanceClock: () => Promise<void>;
  /** Runs what its platform runs on schedule; nothing if the recipe has a timer. */
  runSchedule: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts a recipe as its platform would, with Plural at a URL. */
export type StartRecipe = (pluralUrl: string) => Promise<RecipeRun>;

/** Returns the path of a file of the recipes. */
export const recipePath = (path: string): string => join(root, 'docs/recipes', path);

/** Credentials of the sandbox. */
export const secrets = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
};

/** Source of a test clock for bundles. Must run before the recipe creates its shop, on the first request. */
export const movableClock = `
  const now = Date.now.bind(Date);
  let aheadMs = 0;
  Date.now = () => now() + aheadMs;`;
