import { join } from 'node:path';
import { root } from '../support/examples.ts';

/** A recipe that runs on loopback, on an engine of its own. */
export interface RecipeRun {
  origin: string;
  /** What it has printed. */
  getOutput: () => string;
  /** Sets its clock two minutes forward. */
  advanceClock: () => Promise<void>;
  /** Does what its platform does on schedule; where the recipe has a timer of its own, nothing. */
  runSchedule: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts a recipe as its platform would, with Plural at this URL. */
export type StartRecipe = (pluralUrl: string) => Promise<RecipeRun>;

/** A file of the recipes. */
export const recipePath = (path: string): string => join(root, 'docs/recipes', path);

export const secrets = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
};

/** For a bundle: has to come before the recipe opens its shop, by its first request. */
export const movableClock = `
  const now = Date.now.bind(Date);
  let aheadMs = 0;
  Date.now = () => now() + aheadMs;`;
