export { casesOf, runConformance, type CaseResult, type ConformOptions } from './run.ts';
export type { Case } from './case.ts';
export type { World, WorldOptions } from './context.ts';
