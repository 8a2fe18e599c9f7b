import { createConnection } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Fault, faultDefinitions, type Sandbox } from '../../src/index.ts';
import { listen, type ListeningSandbox } from '../../src/listen.ts';
import { Merchant, createTestSandbox } from '../support/merchant.ts';

describe('the script', () => {
  test('bends as many answers as it says, after those it lets through, of its operation only', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: 'createOrder', fault: 'status', status: 503, times: 2, skip: 1 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await merchant.createOrder()).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect((await merchant.getOrder('nobody')).status).toBe(404);
  });

  test('times 0 bends every answer until the script is cleared', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: '*', fault: 'status', status: 500, times: 0 });
    for (let i = 0; i < 5; i++) expect((await merchant.createOrder()).status).toBe(500);
    sandbox.clearScript();
    expect((await merchant.createOrder()).status).toBe(200);
  });

  test.each(Object.entries(faultDefinitions))(
    '%s: takes effect before the answer as its row says, and as the script says',
    async (fault, row) => {
      const { merchant, sandbox } = await createTestSandbox({ wait: () => Promise.resolve() });
      const kind = { fault, ...(fault === 'delay' && { delayMs: 1 }), ...(fault === 'status' && { status: 500 }) };
      for (const takesEffect of [undefined, true, false]) {
        const rule = { operation: 'createOrder', ...kind, ...(takesEffect !== undefined && { takesEffect }) };
        sandbox.script(rule as Fault);
        const before = sandbox.state.orders.size;
        const quit = new AbortController();
        const answer = merchant.send(
          new Request('https://plural.test/api/pay/v1/orders', {
            method: 'POST',
            signal: quit.signal,
            headers: { authorization: `Bearer ${merchant.token}`, 'content-type': 'application/json' },
            body: JSON.stringify({
              merchant_order_reference: `${fault}-${takesEffect}`,
              order_amount: { value: 100, currency: 'INR' },
            }),
          }),
        );
        const seen = answer.then((response) => response.text()).catch((error: unknown) => error);
        if (fault === 'hang') quit.abort();
        await seen;
        expect(sandbox.state.orders.size - before).toBe((takesEffect ?? row.takesEffect) ? 1 : 0);
      }
    },
  );

  test.each([
    [null, /to be an object/],
    [{ operation: 'getOrder', fault: 'flood' }, /"fault", one of delay/],
    [{ operation: 'payNow', fault: 'reset' }, /"operation", \* or one of getToken/],
    [{ operation: '*', fault: 'delay' }, /"delayMs"/],
    [{ operation: '*', fault: 'status', status: 99 }, /"status" from 200 to 599/],
    [{ operation: '*', fault: 'redirect', status: 200 }, /"status" as 301/],
    [{ operation: '*', fault: 'reset', times: -1 }, /"times" as an integer/],
    [{ operation: '*', fault: 'reset', takesEffect: 'yes' }, /"takesEffect" as true or false/],
    [{ operation: '*', fault: 'rateLimit', retryAfter: 5 }, /"retryAfter" as text/],
    [{ operation: '*', fault: 'rateLimit', retryAfter: 'a\nb' }, /"retryAfter"/],
    [{ operation: '*', fault: 'status', status: 200, headers: { 'bad name': 'x' } }, /"headers"/],
    [{ operation: '*', fault: 'reset', takeEffect: true }, /no member "takeEffect"/],
  ])('refuses %j by name', async (fault, words) => {
    const { sandbox } = await createTestSandbox();
    expect(() => sandbox.script(fault as unknown as Fault)).toThrow(words);
    expect(sandbox.state.faults).toEqual([]);
  });
});

describe('over the plain handler', () => {
  test('a reset rejects as fetch does, and an abort during a hang or a delay rejects with its reason', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: '*', fault: 'reset' });
    await expect(merchant.getOrder('x')).rejects.toThrow(new TypeError('fetch failed'));
    for (const fault of [
      { operation: '*', fault: 'hang' },
      { operation: '*', fault: 'delay', delayMs: 600_000 },
    ] as const) {
      sandbox.script(fault);
      const quit = new AbortController();
      const answer = sandbox.fetch('https://plural.test/api/pay/v1/orders/x', { signal: quit.signal });
      const reason = new Error('gave up');
      quit.abort(reason);
      await expect(answer).rejects.toBe(reason);
    }
  });

  test.each(['5', 'Wed, 21 Oct 2099 07:28:00 GMT', '-1', 'soon', '99999999999'])(
    'rateLimit is 429 with Retry-After %s as it stands',
    async (retryAfter) => {
      const { sandbox } = await createTestSandbox();
      sandbox.script({ operation: '*', fault: 'rateLimit', retryAfter });
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, retryAfter]);
    },
  );

  test('errorIn200, redirect, malformedJson, html, empty and huge are what they say', async () => {
    const { sandbox } = await createTestSandbox();
    const see = async (
      fault: object,
    ): Promise<{ status: number; type: string | null; text: string; to: string | null }> => {
      sandbox.script({ operation: '*', ...fault } as Fault);
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      const { headers, status } = response;
      return { status, type: headers.get('content-type'), to: headers.get('location'), text: await response.text() };
    };
    const error = await see({ fault: 'errorIn200', code: 'PAYMENT_DECLINED' });
    expect([error.status, JSON.parse(error.text)]).toMatchObject([200, { code: 'PAYMENT_DECLINED' }]);
    expect(await see({ fault: 'redirect', status: 307, location: 'https://evil.test/' })).toMatchObject({
      status: 307,
      to: 'https://evil.test/',
    });
    const malformed = await see({ fault: 'malformedJson' });
    expect(() => JSON.parse(malformed.text) as unknown).toThrow(SyntaxError);
    expect(await see({ fault: 'html' })).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(await see({ fault: 'empty' })).toMatchObject({ text: '' });
    const huge = await see({ fault: 'huge', bytes: 300_000 });
    expect(huge.text).toHaveLength(300_000);
    expect(() => JSON.parse(huge.text) as unknown).not.toThrow();
  });
});

describe('over the plain handler, where a body is bent', () => {
  test('status has the body and the headers that were asked for', async () => {
    const { sandbox } = await createTestSandbox();
    const fault = { operation: '*', fault: 'status', status: 418, body: { code: 'TEA' }, headers: { 'x-pot': '1' } };
    sandbox.script(fault as Fault, { ...fault, body: 'words' } as Fault, { ...fault, body: null } as Fault);
    const answers = [];
    for (let i = 0; i < 3; i++) {
      const response = await sandbox.fetch('https://plural.test/api/pay/v1/orders/x');
      answers.push([response.status, response.headers.get('x-pot'), await response.text()]);
    }
    expect(answers).toEqual([
      [418, '1', '{"code":"TEA"}'],
      [418, '1', 'words'],
      [418, '1', ''],
    ]);
  });

  test('cut: half of the body, then reading fails as on a broken connection', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    sandbox.script({ operation: 'createOrder', fault: 'cut' });
    await expect(merchant.createOrder()).rejects.toThrow(TypeError);
    expect(sandbox.state.orders.size).toBe(1);
  });

  test('drip: the whole body, one byte after each pause', async () => {
    const pauses: number[] = [];
    const { merchant, sandbox } = await createTestSandbox({
      wait: (ms) => {
        pauses.push(ms);
        return Promise.resolve();
      },
    });
    sandbox.script({ operation: 'getOrder', fault: 'drip' });
    const { body } = await merchant.getOrder('x');
    expect(body).toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(new Set(pauses)).toEqual(new Set([50]));
    expect(pauses).toHaveLength(JSON.stringify(body).length - 1);
  });
});

describe('over a socket', () => {
  let sandbox: Sandbox;
  let server: ListeningSandbox;
  let merchant: Merchant;
  beforeAll(async () => {
    sandbox = createSandbox();
    server = await listen(sandbox, 0);
    merchant = await new Merchant((request) => fetch(request), server.origin).signIn();
  });
  beforeEach(() => sandbox.clearScript());
  afterAll(() => server.close());

  /** The raw bytes of one answer, and how the connection ended. */
  function raw(): Promise<{ text: string; end: string }> {
    return new Promise((resolve) => {
      const socket = createConnection(Number(new URL(server.origin).port), '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve({ text, end: error.code ?? 'error' }));
      socket.once('end', () => resolve({ text, end: 'closed' }));
      socket.write(
        `GET /api/pay/v1/orders/x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${merchant.token}\r\n\r\n`,
      );
    });
  }

  test('reset: the connection is reset without a byte', async () => {
    sandbox.script({ operation: '*', fault: 'reset' });
    expect(await raw()).toEqual({ text: '', end: 'ECONNRESET' });
  });

  test('cut: head and half a body, then the end', async () => {
    sandbox.script({ operation: '*', fault: 'cut' });
    const { text, end } = await raw();
    expect(end).toBe('closed');
    expect(text).toContain('404 Not Found');
    expect(text).toContain('{"code":"ORDER_NOT');
    expect(text.endsWith('0\r\n\r\n')).toBe(false);
  });

  test('wrongLength: more is promised than comes', async () => {
    sandbox.script({ operation: '*', fault: 'wrongLength' });
    const { text } = await raw();
    const promised = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    expect(promised - (text.split('\r\n\r\n')[1] ?? '').length).toBe(64);
  });

  test('drip: the whole body, byte by byte', async () => {
    sandbox.script({ operation: '*', fault: 'drip', chunkMs: 1 });
    expect(await merchant.getOrder('x')).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } });
  });

  test('huge: ten million bytes of valid JSON', async () => {
    sandbox.script({ operation: '*', fault: 'huge' });
    const response = await fetch(`${server.origin}/api/pay/v1/orders/x`);
    const text = await response.text();
    expect(text).toHaveLength(10_000_000);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test.each([
    [{ fault: 'status', status: 503, headers: { 'retry-after': '1' } }, 503, 'INTERNAL_ERROR'],
    [{ fault: 'rateLimit', retryAfter: 'soon' }, 429, 'API_RATE_LIMIT'],
    [{ fault: 'redirect', status: 308, location: 'https://evil.test/' }, 308, ''],
    [{ fault: 'errorIn200' }, 200, 'INTERNAL_ERROR'],
    [{ fault: 'html' }, 200, '<h1>'],
    [{ fault: 'empty' }, 404, ''],
    [{ fault: 'malformedJson' }, 404, '{"code"'],
  ] as const)('%j arrives as it left the handler', async (fault, status, words) => {
    sandbox.script({ operation: '*', ...fault }, { operation: '*', ...fault });
    const path = '/api/pay/v1/orders/x';
    const headers = { authorization: `Bearer ${merchant.token}` };
    const over = await fetch(`${server.origin}${path}`, { headers, redirect: 'manual' });
    const plain = await sandbox.fetch(`${server.origin}${path}`, { headers });
    expect(over.status).toBe(status);
    const text = await over.text();
    expect(text).toContain(words);
    expect(text).toBe(await plain.text());
    for (const name of ['content-type', 'retry-after', 'location'])
      expect(over.headers.get(name)).toBe(plain.headers.get(name));
  });

  test('hang: no answer until the client goes away', async () => {
    sandbox.script({ operation: '*', fault: 'hang' });
    const quit = new AbortController();
    const answer = fetch(`${server.origin}/api/pay/v1/orders/x`, { signal: quit.signal });
    await expect.poll(() => sandbox.state.requests.at(-1)?.fault).toBe('hang');
    quit.abort();
    await expect(answer).rejects.toThrow('aborted');
  });

  test('the scenario of a lost answer breaks the connection, and the order is paid', async () => {
    const { orderId, paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    await expect(merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('what is no request is answered 400 and leaves the server well', async () => {
    const bad = await new Promise<string>((resolve) => {
      const socket = createConnection(Number(new URL(server.origin).port), '127.0.0.1');
      socket.setEncoding('latin1');
      socket.once('data', (chunk: string) => {
        socket.destroy();
        resolve(chunk);
      });
      socket.write('GET / HTTP/1.1\r\nHost: ]not a host[\r\n\r\n');
    });
    expect(bad).toContain('400 Bad Request');
    expect((await merchant.getOrder('x')).status).toBe(404);
  });
});
