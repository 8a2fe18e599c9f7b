/**
 * One minute at full speed over loopback, in blocks A B B A: the handler and the bare handler on the same Node server
 * code, 32 connections. Exits with 1 when a request failed, or when the
 * handler's heap kept growing.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const connections = 32;
const maxGrowthMb = 4;

interface Block {
  latenciesMs: number[];
  errors: number;
}

/** Sends one submit after the other on each connection until the time is over. */
async function runBlock(port: number, sessions: readonly string[], forMs: number): Promise<Block> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let errors = 0;
  const untilMs = performance.now() + forMs;
  const lane = async (first: number): Promise<void> => {
    for (let at = first; performance.now() < untilMs; at += connections) {
      const session = sessions[at % sessions.length];
      const startedAtMs = performance.now();
      const status = await submit(
        agent,
        port,
        JSON.stringify({ session, idempotencyKey: crypto.randomUUID(), otp: '123456' }),
      );
      latenciesMs.push(performance.now() - startedAtMs);
      if (status !== 200) errors += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, first) => lane(first)));
  agent.destroy();
  return { latenciesMs, errors };
}

function submit(agent: Agent, port: number, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'sec-fetch-site': 'same-origin',
    };
    const options = { agent, port, host: '127.0.0.1', path: '/plural/otp/submit', method: 'POST', headers };
    const clientRequest = request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    clientRequest.on('error', () => resolve(0));
    clientRequest.end(body);
  });
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? Number.NaN;

export async function load(seconds: number): Promise<void> {
  const server = fork(fileURLToPath(new URL('load-server.ts', import.meta.url)), { execArgv: ['--expose-gc'] });
  const ask = async <T>(what: string): Promise<T> => {
    const reply = once(server, 'message');
    server.send(what);
    const [message] = (await reply) as [T];
    return message;
  };
  try {
    const [message] = (await once(server, 'message')) as [
      { handlerPort: number; barePort: number; sessions: string[] },
    ];
    const { handlerPort, barePort, sessions } = message;
    const ports = [handlerPort, barePort, barePort, handlerPort];
    for (const port of ports.slice(0, 2)) await runBlock(port, sessions, 2000);
    const heapsMb = [(await ask<{ heapMb: number }>('heap')).heapMb];
    const blocks: Block[] = [];
    for (const port of ports) {
      blocks.push(await runBlock(port, sessions, (seconds / ports.length) * 1000));
      heapsMb.push((await ask<{ heapMb: number }>('heap')).heapMb);
    }
    const sides = { handler: [blocks[0], blocks[3]], bare: [blocks[1], blocks[2]] };
    const results = Object.entries(sides).map(([name, of]) => {
      const latenciesMs = of.flatMap((block) => block?.latenciesMs ?? []);
      const errors = of.reduce((sum, block) => sum + (block?.errors ?? 0), 0);
      return {
        name,
        requests: latenciesMs.length,
        errors,
        p50: quantile(latenciesMs, 0.5),
        p99: quantile(latenciesMs, 0.99),
      };
    });
    for (const { name, requests, errors } of results)
      console.log(`  ${name.padEnd(8)} ${requests} requests, ${errors} errors`);
    const [ours, bare] = results;
    if (!ours || !bare) throw new Error('no block was measured');
    console.log(`  requests, handler over bare   ${(ours.requests / bare.requests).toFixed(2)}`);
    console.log(`  median, handler over bare     ${(ours.p50 / bare.p50).toFixed(2)}`);
    console.log(`  p99, handler over bare        ${(ours.p99 / bare.p99).toFixed(2)}`);
    const grownMb = (heapsMb.at(-1) ?? 0) - (heapsMb[1] ?? 0);
    console.log(`  heap after collection, from the first block to the last: ${grownMb.toFixed(1)} MB more`);
    if (ours.errors + bare.errors > 0 || grownMb > maxGrowthMb) process.exitCode = 1;
  } finally {
    server.disconnect();
  }
}
