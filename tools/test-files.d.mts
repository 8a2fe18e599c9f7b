export function findTestFiles(): string[];
export function readTestFiles(): string[];
export function compareTestFiles(listed: readonly string[], found: readonly string[]): string[];
