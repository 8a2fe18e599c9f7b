/** Public entry of `@plural-otp/insight`: keeps and reports what customers do at the OTP step. */

export {
  createInsight,
  ranges,
  type Insight,
  type InsightOptions,
  type InsightReport,
  type Losses,
  type Range,
  type ReportOptions,
  type Unit,
} from './create-insight.ts';
export { memoryInsight, type MemoryInsightOptions } from './stores/memory.ts';
export type { DayCell, DayName, InsightStore } from './stores/insight-store.ts';
export type { PaymentRow } from './payment-row.ts';
export type { LossReason } from './parse-event.ts';
export type { Share } from './numbers/intervals.ts';
export type { Live } from './report/live.ts';
export type { IssuerNow, IssuerState } from './report/issuer-state.ts';
export type { End } from './report/count-payment.ts';
export type { Part, PartRows } from './report/part.ts';
export type { EntryLine, Funnel, FunnelStep, IssuerLine, Leg, Report } from './report/report.ts';
