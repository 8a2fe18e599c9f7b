#!/usr/bin/env node
/** `plural-insight serve`: takes events as NDJSON from a shop in any language, and shows the page. */

import { createServer } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createInsight } from './create-insight.ts';
import { sqliteInsight } from './node.ts';
import { createInsightPage } from './page/index.ts';
import { createSidecar } from './sidecar.ts';
import type { InsightStore } from './stores/insight-store.ts';

const usage = `Usage: npx @plural-otp/insight serve [--file insight.sqlite] [--port 3002] [--host 127.0.0.1]

Takes events of payments as NDJSON at POST /events, with the header "Authorization: Bearer <INSIGHT_TOKEN>", and shows
the page at /insight. Environment:
  INSIGHT_TOKEN   Bearer token of the shop's backend, at least 16 characters.
  INSIGHT_SECRET  Secret by which references are hashed, at least 16 characters. Keep it: another one finds no payment.
  INSIGHT_PASSWORD
                  Password of the page, at least 16 characters, for any user name. Without it the page opens on a
                  loopback address only. Set it behind a proxy too: what that passes on comes from this machine.

Exit codes: 0 after SIGINT or SIGTERM, 1 where the file or the port cannot be used, 2 for invalid options.`;

function fail(message: string, code = 2): never {
  console.error(message);
  process.exit(code);
}

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const { values, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        file: { type: 'string', default: 'insight.sqlite' },
        port: { type: 'string', default: '3002' },
        host: { type: 'string', default: '127.0.0.1' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(`${toMessage(error)}\n\n${usage}`);
  }
})();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (positionals.join(' ') !== 'serve') fail(usage);
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port}: use a whole number to 65535`);
const { INSIGHT_TOKEN: token = '', INSIGHT_SECRET: secret = '', INSIGHT_PASSWORD: password = '' } = process.env;
if (token.length < 16) fail('INSIGHT_TOKEN: set at least 16 characters');
if (secret.length < 16) fail('INSIGHT_SECRET: set at least 16 characters');
if (password !== '' && password.length < 16) fail('INSIGHT_PASSWORD: set at least 16 characters');
const isLoopback = /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(values.host);
if (!isLoopback && password === '')
  fail(`--host ${values.host}: set INSIGHT_PASSWORD, since other machines reach the page there`);

function openStore(): InsightStore {
  try {
    return sqliteInsight(values.file);
  } catch (error) {
    return fail(`--file ${values.file}: ${toMessage(error)}`, 1);
  }
}

const insight = createInsight({
  store: openStore(),
  secret,
  onProblem: ({ code, lost }) => console.error(`${code}: ${lost} payments not kept`),
});
// Who has the password has been let in by the sidecar.
const page = createInsightPage(insight, { authorize: password === '' ? 'local' : () => true });
const sidecar = createSidecar(insight, page, { token, password });

const server = createServer((incoming, outgoing) => {
  const url = `http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const answer = async (): Promise<void> => {
    const request = new Request(url, {
      method: incoming.method ?? 'GET',
      headers: Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
    });
    const response = await sidecar(request, incoming.socket.remoteAddress);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
  answer().catch(() => outgoing.writeHead(400).end());
});
server.listen(port, values.host);
try {
  await once(server, 'listening');
} catch (error) {
  fail(`--host ${values.host} --port ${port}: ${toMessage(error)}`, 1);
}
const address = server.address();
const listening = typeof address === 'object' && address !== null ? address.port : port;
const host = values.host.includes(':') ? `[${values.host}]` : values.host;
console.log(`Insight listening on http://${host}:${listening}/insight`);
const sweep = setInterval(() => void insight.sweep().catch(() => undefined), 3_600_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    clearInterval(sweep);
    server.close();
    server.closeAllConnections();
  });
}
