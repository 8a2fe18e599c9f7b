/** A process of its own for the load run: the handler and the bare one on a port each. Tells its parent when it is ready. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener, type FetchHandler } from '@plural-otp/edge/node';
import { bareHandler, openStubShop } from './stub-shop.ts';

async function listen(handler: FetchHandler): Promise<number> {
  const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const collect = (globalThis as { gc?: () => void }).gc;
const { handler, payments } = await openStubShop(100);
process.send?.({
  handlerPort: await listen(handler),
  barePort: await listen({ fetch: bareHandler }),
  sessions: payments.map(({ session }) => session),
});
process.on('message', (asked) => {
  if (asked !== 'heap') return;
  collect?.();
  process.send?.({ heapMb: process.memoryUsage().heapUsed / 1e6 });
});
process.on('disconnect', () => process.exit(0));
