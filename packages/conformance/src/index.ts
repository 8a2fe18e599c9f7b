export { selectCases, runConformance, type CaseResult, type ConformanceOptions } from './run.ts';
export type { Case } from './case.ts';
export type { TestContext, TestContextOptions } from './context.ts';
