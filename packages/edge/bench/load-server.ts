/** A separate process for the load run: serves the handler and the bare one on a port each, and reports when it is ready. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener, type FetchHandler } from '@plural-otp/edge/node';
import { bareHandler, createStubShop } from './stub-shop.ts';

async function listen(handler: FetchHandler): Promise<number> {
  const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const collect = (globalThis as { gc?: () => void }).gc;
const { handler, payments } = await createStubShop(100);
process.send?.({
  handlerPort: await listen(handler),
  barePort: await listen({ fetch: bareHandler }),
  sessions: payments.map(({ session }) => session),
});
process.on('message', (message) => {
  if (message !== 'heap') return;
  collect?.();
  process.send?.({ heapMb: process.memoryUsage().heapUsed / 1e6 });
});
process.on('disconnect', () => process.exit(0));
