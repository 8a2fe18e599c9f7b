/** Public entry of `@plural-otp/edge`: the handler between `<plural-otp>` and Plural. */

export { createOtpHandler, type OtpHandler } from './handler.ts';
export type { OtpHandlerOptions, ReturnedPayment, VerdictContext } from './options.ts';
export type { Limits } from './payment/limits.ts';
export type { StartedPayment, StartPaymentInput } from './operations/started-payment.ts';
export type { OpenedReference, ResumePaymentInput } from './operations/resume-payment.ts';
export type { SettleResult } from './operations/settle.ts';
export type { SweepOptions, SweepResult } from './operations/sweep.ts';
export type { WakeResult } from './operations/wake.ts';
export type { AuthenticationMethod, FlowEvent, MethodReason, ReportedProblem } from './events.ts';
export type { PaymentVerdict, VerdictOutcome, VerdictSource } from './payment/verdict.ts';
export type { NativeOtpSource } from './payment/order-record.ts';
export type {
  ClaimedRecord,
  PaymentStore,
  SaveTerms,
  SqlQuery,
  SqlRow,
  StoredRecord,
  StoreTransaction,
} from './stores/payment-store.ts';
export { memoryStore, type MemoryStoreOptions } from './stores/memory.ts';
export type { HandlerTimers } from './lib/timeout.ts';
