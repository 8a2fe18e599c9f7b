/**
 * The retry table, proved over real sockets: each of the twelve calls meets each fault, and the number of requests
 * that reached the server, the code and the outcome are those of the rules.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPlural, isPluralError, type Operation, type Outcome, type PluralErrorCode } from '@plural-otp/core';
import {
  badAnswers,
  connectionFaults,
  faultServer,
  json,
  stalls,
  status,
  type Serve,
} from '../support/fault-server.ts';
import { calls, callNames, order, orderBody, tokenPath } from '../support/plural-stub.ts';
import {
  answeredFaults,
  brokenConnection,
  endOf,
  operations,
  rules,
  stalled,
  unreadable,
  type Fault,
} from '../support/retry-rules.ts';

// Waits between attempts are a random part of something; none here.
beforeAll(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterAll(() => void vi.restoreAllMocks());

const faults: (Fault & { serve: Serve })[] = [
  ...Object.entries(connectionFaults).map(([name, serve]) => ({
    ...brokenConnection(name, /body|chunks|gzip/.test(name)),
    serve,
  })),
  ...Object.entries(badAnswers).map(([name, serve]) => ({ ...unreadable(name), serve })),
  ...answeredFaults.map((fault) => ({ ...fault, serve: status(fault.status, fault.body ?? {}, fault.headers) })),
];

/** Runs a call against a server; the token is given aside, unless the token call is what is tried. */
async function meet(
  operation: Operation,
  serve: Serve,
  timeoutMs?: number,
): Promise<{ reached: string[]; result: unknown }> {
  const server = await faultServer(serve);
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
    return { reached: server.reached, result };
  } finally {
    await server.close();
  }
}

function expectError(result: unknown, operation: Operation, code: PluralErrorCode, outcome: Outcome): void {
  if (!isPluralError(result)) throw new Error(`${operation} did not fail`);
  expect({ code: result.code, outcome: result.outcome, operation: result.operation }).toEqual({
    code,
    outcome,
    operation,
  });
}

describe.each(faults)('$name', (fault) => {
  test.each(operations)('%s', async (operation) => {
    const { reached, result } = await meet(operation, fault.serve);
    const end = endOf(fault, operation);
    expectError(result, operation, end.code, end.outcome);
    expect(reached).toHaveLength(end.reached);
    expect(new Set(reached).size).toBe(1);
  });
});

describe.concurrent.each(Object.entries(stalls))('%s', (name, serve) => {
  test.each(operations)('%s', async (operation) => {
    const { reached, result } = await meet(operation, serve, 500);
    const end = endOf(stalled(name), operation);
    expectError(result, operation, end.code, end.outcome);
    expect(reached).toHaveLength(end.reached);
  });
});

describe('nobody listens', () => {
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
  test.each(callNames)('%s: once, and it goes again', async (operation) => {
    const { reached, result } = await meet(operation, (_request, response, count) =>
      count === 1 ? json(response, 401, { message: 'no' }) : json(response, 200, calls[operation].answer),
    );
    expect(isPluralError(result)).toBe(false);
    expect(reached).toHaveLength(2);
  });

  test.each(operations)('%s: again and again, and it ends', async (operation) => {
    const { reached, result } = await meet(operation, status(401, { code: 'UNAUTHORIZED' }));
    expectError(result, operation, 'CREDENTIALS_REJECTED', 'none');
    expect(reached).toHaveLength(operation === 'getToken' ? 1 : 2);
  });

  test.each(callNames)('%s: a refreshed token does not earn a write a second repetition', async (operation) => {
    const { reached, result } = await meet(operation, (_request, response, count) =>
      json(response, count === 1 ? 401 : 500, {}),
    );
    const { attempts, rule, writes } = rules[operation];
    expectError(result, operation, 'API_FAILED', writes ? 'unknown' : 'none');
    expect(reached).toHaveLength(1 + (rule === 'always' ? attempts : 1));
  });
});

describe('the answer is lost after the effect', () => {
  test('createOrder: goes again with the same reference and body, and adopts the order it made', async () => {
    const bodies: string[] = [];
    const server = await faultServer((request, response, count) => {
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
      expect(server.reached).toEqual([
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
