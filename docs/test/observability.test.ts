import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createPlural, errorTable } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type FlowEvent } from '@plural-otp/edge';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { examples, root } from './support/examples.ts';
import { counters, onEvent, onProblem } from './support/handler-counters.ts';
import { onCall } from './support/opentelemetry-bridge.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => trace.setGlobalTracerProvider(provider));
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
});

test('docs/observability.md shows the bridge and the counters that this test runs', () => {
  const shown = examples().filter(({ where }) => where.startsWith('docs/observability.md'));
  const run = ['opentelemetry-bridge.ts', 'handler-counters.ts'];
  expect(shown.map(({ code }) => code)).toEqual(
    run.map((name) => readFileSync(join(root, 'docs/test/support', name), 'utf8')),
  );
});

test('docs/observability.md names every event, and every problem that is not a call error', () => {
  const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');
  const firstCells = [...page.matchAll(/^\| (`.*?`) \|/gm)].map(([, cell = '']) =>
    cell.replaceAll('`', '').split(', '),
  );
  const events: Record<FlowEvent['type'], true> = {
    started: true,
    shown: true,
    otpSent: true,
    otpNotSent: true,
    submitted: true,
    accepted: true,
    refused: true,
    resent: true,
    leftForBank: true,
    returned: true,
    cancelled: true,
    away: true,
    verdict: true,
  };
  const source = readFileSync(join(root, 'packages/edge/src/events.ts'), 'utf8');
  // Docstrings put codes in backticks, and two examples of Plural's own values as well.
  const problems = (source.match(/(?<=`)[A-Z]+(?:_[A-Z]+)*(?=`)/g) ?? []).filter(
    (name) => !/^(?:HDFC|VISA)$/.test(name),
  );
  const own = firstCells.flat().filter((name) => !(name in errorTable) || name === 'INTERNAL');
  expect(new Set(own)).toEqual(new Set([...Object.keys(events), ...problems]));
});

test('each attempt becomes one client span, with its outcome and no secret', async () => {
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

test('the counters tell, per bank, how many customers reached each step, and what was missing', async () => {
  let nowMs = Date.UTC(2026, 0, 5);
  const now = (): number => nowMs;
  const sandbox = createSandbox({ now });
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:9' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    now,
    fetch: sandbox.fetch,
  });
  const origin = 'http://127.0.0.1:3000';
  const handler = createOtpHandler({
    plural,
    origin,
    store: memoryStore({ now }),
    onVerdict: false,
    onEvent,
    onProblem,
    now,
  });
  const { order_id: orderId } = await plural.createOrder({
    merchant_order_reference: 'cart-7',
    order_amount: { value: 110_000, currency: 'INR' },
  });
  const card_details = {
    name: 'A',
    card_number: '4012001037141112',
    cvv: '123',
    expiry_month: '12',
    expiry_year: '2030',
  };
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { client } = await handler.startPayment({
    orderId,
    payment: {
      merchant_payment_reference: 'cart-7-1',
      payment_method: 'CARD',
      payment_amount: { value: 110_000, currency: 'INR' },
      payment_option: { card_details },
    },
  });
  const post = (path: string, more: object = {}): Promise<Response> =>
    handler.fetch(
      new Request(`${origin}/plural/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ session: client.session, ...more }),
      }),
    );
  await post('otp/generate', { idempotencyKey: crypto.randomUUID() });
  for (const otp of ['000000', '123456']) await post('otp/submit', { otp, idempotencyKey: crypto.randomUUID() });
  nowMs += 2000;
  await post('payment');

  expect(Object.fromEntries(counters)).toEqual({
    DEVICE_INFO_MISSING: 1,
    'HDFC started': 1,
    'HDFC accepted': 1,
    'HDFC shown': 1,
    'HDFC otpSent': 1,
    'HDFC submitted': 2,
    'HDFC refused': 1,
    'HDFC paid': 1,
  });
  expect(told.mock.calls).toEqual([['{"code":"DEVICE_INFO_MISSING"}']]);
  told.mockRestore();
});
