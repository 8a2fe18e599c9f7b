import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createPlural } from '@plural-otp/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples, root } from './examples.ts';
import { onCall } from './opentelemetry-bridge.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => trace.setGlobalTracerProvider(provider));
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
});

test('docs/observability.md shows the bridge that is run here', () => {
  const [shown] = examples().filter(({ where }) => where.startsWith('docs/observability.md'));
  expect(shown?.code).toBe(readFileSync(join(root, 'docs/test/opentelemetry-bridge.ts'), 'utf8'));
});

test('each attempt becomes one client span, with its outcome and without a secret', async () => {
  let attempts = 0;
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:9' },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    newId: () => `id-${attempts}`,
    onCall,
    fetch: async (request) => {
      if (request.url.endsWith('/token')) return Response.json({ access_token: 'bearer-token' });
      attempts += 1;
      return attempts === 1
        ? Response.json({}, { status: 503, headers: { 'retry-after': '0' } })
        : Response.json({ data: { order_id: 'o-17', status: 'CREATED' } });
    },
  });
  await plural.getOrder('o-17');

  const spans = exporter.getFinishedSpans().map(({ name, kind, status, attributes }) => ({
    name,
    kind,
    status: status.code,
    attributes,
  }));
  const read = { 'http.request.method': 'GET', 'url.template': '/api/pay/v1/orders/{order_id}' };
  expect(spans).toEqual([
    {
      name: 'plural getToken',
      kind: SpanKind.CLIENT,
      status: SpanStatusCode.UNSET,
      attributes: {
        'http.request.method': 'POST',
        'url.template': '/api/auth/v1/token',
        'http.response.status_code': 200,
        'plural.request_id': 'id-0',
      },
    },
    {
      name: 'plural getOrder',
      kind: SpanKind.CLIENT,
      status: SpanStatusCode.ERROR,
      attributes: {
        ...read,
        'http.response.status_code': 503,
        'plural.request_id': 'id-0',
        'error.type': 'API_FAILED',
      },
    },
    {
      name: 'plural getOrder',
      kind: SpanKind.CLIENT,
      status: SpanStatusCode.UNSET,
      attributes: {
        ...read,
        'http.request.resend_count': 1,
        'http.response.status_code': 200,
        'plural.request_id': 'id-1',
      },
    },
  ]);
  expect(JSON.stringify(spans)).not.toMatch(/o-17|bearer-token|client-secret/);
});
