import type { PaymentStore } from '@plural-otp/edge';
import { executeCall, type StoreCall } from './remote-store.ts';

interface Listening {
  hostname: string;
  port: number;
  onListen(address: { port: number }): void;
}
declare const Deno: {
  args: [string];
  openKv(path: string): Promise<object>;
  serve(options: Listening, response: (request: Request) => Promise<Response>): unknown;
};
type Example = { denoKvStore(kv: object, now: () => number): PaymentStore };

// Runs in Deno: executes the test's calls on the store that docs/stores.md shows, with a separate database for each test.
const { denoKvStore } = (await import(Deno.args[0])) as Example;
const databases = new Map<string, Promise<object>>();

Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
  const call = (await request.json()) as StoreCall;
  const opened = databases.get(call.store) ?? Deno.openKv(':memory:');
  databases.set(call.store, opened);
  return Response.json(
    await executeCall(
      denoKvStore(await opened, () => call.nowMs),
      call,
    ),
  );
});
