/** Durations of the calls to Plural. */

import { createNames, type InsightMeter } from './meter.ts';

/** The part of a `CallRecord` of `@plural-otp/core` that is used. */
export interface MeteredCall {
  readonly method: string;
  /** Template of the path, such as `/api/pay/v1/orders/{order_id}`. */
  readonly path: string;
  readonly status?: number;
  readonly durationMs: number;
  readonly code?: string;
}

/** Options of {@link meterCalls}. */
export interface MeterCallsOptions {
  /** Host of Plural, told as `server.address`. */
  serverAddress?: string;
}

/** Bounds that OpenTelemetry's semantic conventions advise for HTTP, in seconds, and the longest timeouts of the kit. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 30];
/** Templates, and statuses with errors, that are told apart. */
const [maxPaths, maxEnds] = [30, 20];

/**
 * Creates an `onCall` for `createPlural` that records each attempt as `http.client.request.duration`, by OpenTelemetry's
 * semantic conventions.
 *
 * @example
 * ```ts
 * import { metrics } from '@opentelemetry/api';
 * import { meterCalls } from '@plural-otp/insight/otel';
 *
 * export const onCall = meterCalls(metrics.getMeter('plural-otp'));
 * // createPlural({ …, onCall })
 * ```
 */
export function meterCalls(
  meter: InsightMeter,
  { serverAddress }: MeterCallsOptions = {},
): (call: MeteredCall) => void {
  const durations = meter.createHistogram('http.client.request.duration', {
    unit: 's',
    description: 'Time of attempts to call Plural.',
    advice: { explicitBucketBoundaries: bounds },
  });
  const [toPath, toStatus, toError] = [createNames(maxPaths), createNames(maxEnds), createNames(maxEnds)];
  return ({ method, path, status, durationMs, code }) => {
    const told = status === undefined ? undefined : toStatus(String(status));
    durations.record(durationMs / 1000, {
      'http.request.method': method,
      'url.template': toPath(path),
      ...(serverAddress !== undefined && { 'server.address': serverAddress }),
      ...(told !== undefined && told !== 'other' && { 'http.response.status_code': Number(told) }),
      ...(code !== undefined && { 'error.type': toError(code) }),
    });
  };
}
