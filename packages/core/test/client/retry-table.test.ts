/**
 * The retry table over real sockets: for each of the twelve calls and each fault, the number of requests that reach the
 * server, the code and the outcome are those of the rules.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPlural, isPluralError, type Outcome, type PluralErrorCode } from '@plural-otp/core';
import {
  invalidResponses,
  connectionFaults,
  createFaultServer,
  json,
  stalls,
  status,
  type FaultHandler,
} from '../support/fault-server.ts';
import { calls, callNames, order, orderBody, tokenPath, type CalledOperation } from '../support/plural-stub.ts';
import {
  responseFaults,
  connectionFault,
  expectedResult,
  operations,
  rules,
  stalledFault,
  invalidResponseFault,
  type Fault,
} from '../support/retry-rules.ts';

// Removes the random delay between attempts.
beforeAll(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterAll(() => void vi.restoreAllMocks());

const faults: (Fault & { serve: FaultHandler })[] = [
  ...Object.entries(connectionFaults).map(([name, serve]) => ({
    ...connectionFault(name, /body|chunks|gzip/.test(name)),
    serve,
  })),
  ...Object.entries(invalidResponses).map(([name, serve]) => ({ ...invalidResponseFault(name), serve })),
  ...responseFaults.map((fault) => ({ ...fault, serve: status(fault.status, fault.body ?? {}, fault.headers) })),
];

/** Makes a call to a server; the token comes from elsewhere, unless the token call is under test. */
async function runAgainst(
  operation: CalledOperation,
  serve: FaultHandler,
  timeoutMs?: number,
): Promise<{ requests: string[]; result: unknown }> {
  const server = await createFaultServer(serve);
  try {
    const plural = createPlural({
      environment: { baseUrl: server.baseUrl },
      clientId: 'client-id',
      clientSecret: 'client-secret',
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      fetch: async (request) =>
        operation !== 'getToken' && new URL(request.url).pathname === tokenPath
          ? Response.json({ access_token: 'token', expires_in: 3600 })
          : fetch(request),
    });
    const run = operation === 'getToken' ? calls.getOrder.run : calls[operation].run;
    const result = await run(plural).catch((error: unknown) => error);
    return { requests: server.requests, result };
  } finally {
    await server.close();
  }
}

function expectError(result: unknown, operation: CalledOperation, code: PluralErrorCode, outcome: Outcome): void {
  if (!isPluralError(result)) throw new Error(`${operation} did not fail`);
  expect({ code: result.code, outcome: result.outcome, operation: result.operation }).toEqual({
    code,
    outcome,
    operation,
  });
}

describe.each(faults)('$name', (fault) => {
  test.each(operations)('%s', async (operation) => {
    const { requests, result } = await runAgainst(operation, fault.serve);
    const end = expectedResult(fault, operation);
    expectError(result, operation, end.code, end.outcome);
    expect(requests).toHaveLength(end.requestCount);
    expect(new Set(requests).size).toBe(1);
  });
});

describe.concurrent.each(Object.entries(stalls))('%s', (name, serve) => {
  test.each(operations)('%s', async (operation) => {
    const { requests, result } = await runAgainst(operation, serve, 500);
    const end = expectedResult(stalledFault(name), operation);
    expectError(result, operation, end.code, end.outcome);
    expect(requests).toHaveLength(end.requestCount);
  });
});

describe('connection refused', () => {
  test.each(operations)('%s', async (operation) => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));

    let sent = 0;
    const plural = createPlural({
      environment: { baseUrl: `http://127.0.0.1:${port}` },
      clientId: 'client-id',
      clientSecret: 'client-secret',
      fetch: async (request) => {
        if (operation !== 'getToken' && new URL(request.url).pathname === tokenPath) {
          return Response.json({ access_token: 'token' });
        }
        sent += 1;
        return fetch(request);
      },
    });
    const run = operation === 'getToken' ? calls.getOrder.run : calls[operation].run;
    const result = await run(plural).catch((error: unknown) => error);
    expectError(result, operation, 'NETWORK_FAILED', rules[operation].writes ? 'unknown' : 'none');
    expect(String(result)).toContain('ECONNREFUSED');
    expect(sent).toBe(rules[operation].attempts);
  });
});

describe('401', () => {
  test.each(callNames)('%s: once, and it is retried with a new token', async (operation) => {
    const { requests, result } = await runAgainst(operation, (_request, response, count) =>
      count === 1 ? json(response, 401, { message: 'no' }) : json(response, 200, calls[operation].response),
    );
    expect(isPluralError(result)).toBe(false);
    expect(requests).toHaveLength(2);
  });

  test.each(operations)('%s: twice, and it ends', async (operation) => {
    const { requests, result } = await runAgainst(operation, status(401, { code: 'UNAUTHORIZED' }));
    expectError(result, operation, 'CREDENTIALS_REJECTED', 'none');
    expect(requests).toHaveLength(operation === 'getToken' ? 1 : 2);
  });

  test.each(callNames)('%s: a refreshed token adds no retry of a write', async (operation) => {
    const { requests, result } = await runAgainst(operation, (_request, response, count) =>
      json(response, count === 1 ? 401 : 500, {}),
    );
    const { attempts, rule, writes } = rules[operation];
    expectError(result, operation, 'API_FAILED', writes ? 'unknown' : 'none');
    expect(requests).toHaveLength(1 + (rule === 'always' ? attempts : 1));
  });
});

describe('the response is lost after the effect', () => {
  test('createOrder: retries with the same reference and body, and returns the order it created', async () => {
    const bodies: string[] = [];
    const server = await createFaultServer((request, response, count) => {
      if (count === 1) return request.socket.resetAndDestroy();
      if (count === 2) return json(response, 422, { code: 'DUPLICATE_REQUEST' });
      return json(response, 200, { data: order });
    });
    try {
      const plural = createPlural({
        environment: { baseUrl: server.baseUrl },
        clientId: 'client-id',
        clientSecret: 'client-secret',
        fetch: async (request) => {
          if (new URL(request.url).pathname === tokenPath) return Response.json({ access_token: 'token' });
          bodies.push(await request.clone().text());
          return fetch(request);
        },
      });
      expect(await plural.createOrder(orderBody)).toMatchObject({ order_id: order.order_id });
      expect(bodies.slice(0, 2)).toEqual([JSON.stringify(orderBody), JSON.stringify(orderBody)]);
      expect(server.requests).toEqual([
        'POST /api/pay/v1/orders',
        'POST /api/pay/v1/orders',
        'GET /api/pay/v1/orders/reference/order-1',
      ]);
    } finally {
      await server.close();
    }
  });
});

test('there are at least 300 cases', () => {
  expect((faults.length + Object.keys(stalls).length + 4) * operations.length).toBeGreaterThanOrEqual(300);
});
