/** Public entry of `@plural-otp/insight/otel`: metrics by OpenTelemetry's API, which is taken as types alone. */

export { meterCalls, type MeterCallsOptions, type MeteredCall } from './calls.ts';
export { meterEvents, type MeterOptions } from './events.ts';
export { meterIssuers } from './issuers.ts';
export type { InsightMeter, MeterAttributes, ObservableResult } from './meter.ts';
export { meterVerdicts, type MeterVerdictsOptions } from './verdicts.ts';
