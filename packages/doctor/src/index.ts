/**
 * Checks a shop before it goes live, and says what to change.
 *
 * @example
 * ```ts
 * import { examineShop, formatFinding } from '@plural-otp/doctor';
 *
 * for (const finding of await examineShop({ settings: process.env })) console.log(formatFinding(finding));
 * ```
 */

export type { CapturedWebhook, Examination, Finding, Settings, ShopParts } from './check.ts';
export { checkNames, examineShop, type ExamineOptions } from './examine.ts';
export { formatFinding, formatSummary, getExitCode } from './report.ts';
