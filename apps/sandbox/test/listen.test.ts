import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../src/index.ts';
import { listen, type ListeningSandbox } from '../src/listen.ts';
import { toListeningOrigin } from '../src/lib/listening-origin.ts';
import { Merchant } from './support/merchant.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('the sandbox over a socket', () => {
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

  /** Reads the raw bytes of one response, and the way the connection ended. */
  function readRaw(): Promise<{ text: string; end: string }> {
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
    expect(await readRaw()).toEqual({ text: '', end: 'ECONNRESET' });
  });

  test('cut: headers and half a body, then the connection closes', async () => {
    sandbox.script({ operation: '*', fault: 'cut' });
    const { text, end } = await readRaw();
    expect(end).toBe('closed');
    expect(text).toContain('404 Not Found');
    expect(text).toContain('{"code":"ORDER_NOT');
    expect(text.endsWith('0\r\n\r\n')).toBe(false);
  });

  test('wrongLength: Content-Length is larger than the body', async () => {
    sandbox.script({ operation: '*', fault: 'wrongLength' });
    const { text } = await readRaw();
    const contentLength = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    expect(contentLength - (text.split('\r\n\r\n')[1] ?? '').length).toBe(64);
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
  ] as const)('%j arrives as the handler returned it', async (fault, status, content) => {
    sandbox.script({ operation: '*', ...fault }, { operation: '*', ...fault });
    const path = '/api/pay/v1/orders/x';
    const headers = { authorization: `Bearer ${merchant.token}` };
    const over = await fetch(`${server.origin}${path}`, { headers, redirect: 'manual' });
    const plain = await sandbox.fetch(`${server.origin}${path}`, { headers });
    expect(over.status).toBe(status);
    const text = await over.text();
    expect(text).toContain(content);
    expect(text).toBe(await plain.text());
    for (const name of ['content-type', 'retry-after', 'location'])
      expect(over.headers.get(name)).toBe(plain.headers.get(name));
  });

  test('hang: no response until the client disconnects', async () => {
    sandbox.script({ operation: '*', fault: 'hang' });
    const quit = new AbortController();
    const response = fetch(`${server.origin}/api/pay/v1/orders/x`, { signal: quit.signal });
    await expect.poll(() => sandbox.state.requests.at(-1)?.fault).toBe('hang');
    quit.abort();
    await expect(response).rejects.toThrow('aborted');
  });

  test('the scenario of a lost response resets the connection, and the order is paid', async () => {
    const { orderId, paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    await expect(merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  describe('the host of a request', () => {
    /** Sends a request for a host and returns the status line and the body. */
    const getFor = (host: string, target = '/sandbox/messages', method = 'GET', body = ''): Promise<string> =>
      new Promise((resolve) => {
        const socket = createConnection(Number(new URL(server.origin).port), '127.0.0.1');
        let text = '';
        socket.setEncoding('latin1');
        socket.on('data', (chunk: string) => (text += chunk));
        socket.once('close', () => resolve(text));
        const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`;
        const entity = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        socket.write(head + entity);
      });

    test.each(['127.0.0.1', '127.0.0.1:3001', 'localhost', 'bank.localhost', 'LOCALHOST', '[::1]:3001', '127.1.2.3'])(
      '%s is allowed',
      async (host) => {
        expect(await getFor(host)).toMatch(/^HTTP\/1\.1 200 /);
      },
    );

    test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'evillocalhost', '192.168.0.7'])(
      '%s is 421, so that a page whose name was rebound to this machine reaches nothing',
      async (host) => {
        const response = await getFor(host);
        expect(response).toMatch(/^HTTP\/1\.1 421 /);
        expect(response).toContain(`--allow-host ${host}`);
        expect(response).not.toContain('messages');
      },
    );

    // Resolved against the host, each of these but the first would name this machine.
    test.each([
      ['/sandbox/messages', 421],
      ['//127.0.0.1/sandbox/messages', 421],
      [String.raw`/\127.0.0.1/sandbox/messages`, 421],
      [String.raw`\\127.0.0.1/sandbox/messages`, 400],
      ['///127.0.0.1/sandbox/messages', 421],
      ['http://127.0.0.1/sandbox/messages', 400],
      ['@127.0.0.1/sandbox/messages', 400],
      [':80@127.0.0.1/sandbox/messages', 400],
    ])('is the one of its header for the target %s: %d for a foreign one', async (target, status) => {
      for (const host of ['evil.example', 'evil.example:3001']) {
        expect(await getFor(host, target)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
        const settings = JSON.stringify({ merchantName: 'Evil' });
        const path = target.replace('messages', 'settings');
        expect(await getFor(host, path, 'POST', settings)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      }
      expect(sandbox.settings().merchantName).toBe('Sandbox Shop');
    });

    test.each([
      'evil.example/@127.0.0.1',
      '127.0.0.1/x',
      'evil@127.0.0.1',
      '127.0.0.1#',
      '127.0.0.1?',
      String.raw`\127.0.0.1`,
    ])('%s is no host: 400', async (host) => {
      expect(await getFor(host)).toMatch(/^HTTP\/1\.1 400 /);
    });

    test('a target of two slashes is a path, and an unknown one', async () => {
      expect(await getFor('127.0.0.1', '//127.0.0.1/sandbox/messages')).toMatch(/^HTTP\/1\.1 404 /);
    });

    test.each([
      ['127.0.0.1', 'http://127.0.0.1:3001'],
      ['0.0.0.0', 'http://127.0.0.1:3001'],
      ['::', 'http://127.0.0.1:3001'],
      ['::1', 'http://[::1]:3001'],
      ['fd00::7', 'http://[fd00::7]:3001'],
      ['shop.internal', 'http://shop.internal:3001'],
    ])('a server on %s is reached at %s', (host, origin) => {
      expect(toListeningOrigin(host, 3001)).toBe(origin);
      expect(new URL(origin).origin).toBe(origin);
    });

    test.runIf(hasIpv6)('an IPv6 address is printed as the origin that reaches it', async () => {
      const own = await listen(createSandbox(), 0, { host: '::1' });
      expect(own.origin).toMatch(/^http:\/\/\[::1\]:\d+$/);
      expect((await fetch(`${own.origin}/sandbox/health`)).status).toBe(200);
      await own.close();
    });

    test('a name given with `allowedHosts` is allowed, and no other', async () => {
      const own = await listen(createSandbox(), 0, { host: '0.0.0.0', allowedHosts: ['sandbox'] });
      const { port } = new URL(own.origin);
      const statusFor = (host: string): Promise<string> =>
        new Promise((resolve) => {
          const socket = createConnection(Number(port), '127.0.0.1');
          socket.setEncoding('latin1');
          socket.once('data', (chunk: string) => {
            socket.destroy();
            resolve(chunk.slice(9, 12));
          });
          socket.write(`GET /sandbox/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        });
      expect([await statusFor('sandbox:3001'), await statusFor('other')]).toEqual(['200', '421']);
      await own.close();
    });
  });

  test('HEAD has the status and headers of GET and no body, for tools that wait until a server is up', async () => {
    for (const path of ['/', '/sandbox/', '/sandbox/health', '/sandbox/scenarios']) {
      const [head, get] = await Promise.all(
        ['HEAD', 'GET'].map((method) => fetch(server.origin + path, { method, redirect: 'manual' })),
      );
      expect([path, head?.status, head?.headers.get('content-type')]).toEqual([
        path,
        get?.status,
        get?.headers.get('content-type'),
      ]);
      expect(await head?.text()).toBe('');
    }
  });

  test('an idle connection is not closed, so no response announces a time after which it would be', async () => {
    const response = await fetch(`${server.origin}/health`);
    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(response.headers.get('keep-alive')).toBeNull();
  });

  test('an invalid request is 400, and the server continues', async () => {
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
