/**
 * Writes a shop that takes card payments with the bank's OTP on its own page.
 *
 * @example
 * ```sh
 * npm create plural-otp shop -- --platform express
 * ```
 */

export { findObstacle, readTemplates, writeFiles } from './files.ts';
export { detectPackageManager, packageManagers, type PackageManager } from './package-manager.ts';
export { planShop, type ShopChoices, type ShopPlan } from './plan-shop.ts';
export { findPlatform, platforms, type Platform, type PlatformName } from './platforms.ts';
export type { Template, Templates } from './templates.ts';
