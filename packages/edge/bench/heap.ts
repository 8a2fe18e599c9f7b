/** Runs in Node with `--expose-gc`, and prints one line of JSON: the heap the handler retains per 50,000 requests. */

import { createStubShop, post } from './stub-shop.ts';

const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('run with --expose-gc');

const { handler, payments } = await createStubShop(100);
const idempotencyKey = (): string => crypto.randomUUID();
/** Requests of a page, in turn. Most are answered from the record, as when a customer retries. */
const requestKinds: readonly ((session: string) => [route: string, body: object])[] = [
  (session) => ['payment', { session }],
  (session) => ['otp/submit', { session, idempotencyKey: idempotencyKey(), otp: '000000' }],
  (session) => ['otp/resend', { session, idempotencyKey: idempotencyKey() }],
  (session) => [
    'otp/submit',
    { session: `${session.slice(0, -8)}AAAAAAAA`, idempotencyKey: idempotencyKey(), otp: '000000' },
  ],
  (session) => ['otp/generate', { session, idempotencyKey: idempotencyKey() }],
];

let sent = 0;
async function run(requests: number): Promise<void> {
  for (const end = sent + requests; sent < end;) {
    const responses: Promise<Response>[] = [];
    for (let lane = 0; lane < 32; lane += 1, sent += 1) {
      const session = payments[sent % payments.length]?.session ?? '';
      const [route, body] = requestKinds[(sent >> 5) % requestKinds.length]?.(session) ?? ['payment', {}];
      responses.push(handler.fetch(post(route, body)));
    }
    for (const { status } of await Promise.all(responses)) {
      if (status !== 200 && status !== 401) throw new Error(`responded with ${status}`);
    }
  }
}

/** Returns the least heap of several collections, because finalizers free memory in turns. */
async function heapMb(): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < 6; turn += 1) {
    collect?.();
    await new Promise((resolve) => setImmediate(resolve));
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least / 1e6;
}

await run(20_000);
const heaps = [await heapMb()];
for (let part = 0; part < 2; part += 1) {
  await run(50_000);
  heaps.push(await heapMb());
}
const grown = Math.max(...heaps.slice(1).map((heap, at) => heap - (heaps[at] ?? heap)));
console.log(JSON.stringify({ grownMb: grown, heapMb: heaps.at(-1) }));
