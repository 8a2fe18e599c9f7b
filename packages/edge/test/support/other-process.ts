/** A second process of a shop, as a server has several. */
import { createTestShop, type TestShop, type TestShopOptions } from './test-shop.ts';

/** Creates another process of a shop: its clock, sandbox and store, with options of its own. */
export const createOther = ({ clock, sandbox, store }: TestShop, options: TestShopOptions = {}): TestShop =>
  createTestShop({ clock, sandbox, store, ...options });
