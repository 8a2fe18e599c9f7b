import type { PaymentStore } from '@plural-otp/edge';
import { answerCall, type StoreCall } from './remote-store.ts';

interface Listening {
  hostname: string;
  port: number;
  onListen(address: { port: number }): void;
}
declare const Deno: {
  args: [string];
  openKv(path: string): Promise<object>;
  serve(options: Listening, answer: (request: Request) => Promise<Response>): unknown;
};
type Example = { denoKvStore(kv: object, now: () => number): PaymentStore };

// Runs in Deno: answers the calls of the test with the documented store, each test's on a database of its own.
const { denoKvStore } = (await import(Deno.args[0])) as Example;
const databases = new Map<string, Promise<object>>();

Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
  const call = (await request.json()) as StoreCall;
  const opened = databases.get(call.store) ?? Deno.openKv(':memory:');
  databases.set(call.store, opened);
  return Response.json(
    await answerCall(
      denoKvStore(await opened, () => call.nowMs),
      call,
    ),
  );
});
