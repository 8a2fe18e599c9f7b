/** What one report of a runner counts. */
export interface ReportCount {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function failedTests(folder: string): string[];
export function countReports(folder: string): ReportCount[];
export function filesInReports(folder: string): Set<string>;
export function skippedTests(folder: string): Map<string, string>;
export function closingLine(rows: readonly ReportCount[]): string;
export function reportFailedSteps(folder: string, steps: readonly string[]): void;
export function reportFailures(
  path: string,
  failures: readonly { readonly file?: string; readonly name: string; readonly message: string }[],
): void;
