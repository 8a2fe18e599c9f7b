import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CallRecord } from '@plural-otp/core';

const tracer = trace.getTracer('plural-otp');
export function onCall({ operation, method, path, status, durationMs, attempt, requestId, code }: CallRecord): void {
  const span = tracer.startSpan(`plural ${operation}`, { kind: SpanKind.CLIENT, startTime: Date.now() - durationMs });
  span.setAttributes({ 'http.request.method': method, 'url.template': path, 'plural.request_id': requestId });
  if (attempt > 1) span.setAttribute('http.request.resend_count', attempt - 1);
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  if (code !== undefined) span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
