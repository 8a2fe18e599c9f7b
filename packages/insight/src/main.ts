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

const usage = `Usage: npx @plural-otp/insight serve [--file insight.sqlite] [--port 3002] [--host 127.0.0.1]

Takes events of payments as NDJSON at POST /events, with the header "Authorization: Bearer <INSIGHT_TOKEN>", and shows
the page at /insight. Environment:
  INSIGHT_TOKEN   Bearer token of the shop's backend, at least 16 characters.
  INSIGHT_SECRET  Secret by which references are hashed, at least 16 characters. Keep it: another one finds no payment.

The page opens on a loopback address only. Put your own sign-in before it, or use createInsightPage in your server.`;

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

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
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
})();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (positionals.join(' ') !== 'serve') fail(usage);
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port}: use a whole number to 65535`);
const { INSIGHT_TOKEN: token = '', INSIGHT_SECRET: secret = '' } = process.env;
if (token.length < 16) fail('INSIGHT_TOKEN: set at least 16 characters');
if (secret.length < 16) fail('INSIGHT_SECRET: set at least 16 characters');

const insight = createInsight({
  store: sqliteInsight(values.file),
  secret,
  onProblem: ({ code, lost }) => console.error(`${code}: ${lost} payments not kept`),
});
const page = createInsightPage(insight, { authorize: 'local' });
const sidecar = createSidecar(insight, page, token);

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
    const response = await sidecar(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
  answer().catch(() => outgoing.writeHead(400).end());
});
server.listen(port, values.host);
await once(server, 'listening');
const address = server.address();
const listening = typeof address === 'object' && address !== null ? address.port : port;
console.log(`Insight listening on http://${values.host}:${listening}/insight`);
const sweep = setInterval(() => void insight.sweep().catch(() => undefined), 3_600_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    clearInterval(sweep);
    server.close();
    server.closeAllConnections();
  });
}
