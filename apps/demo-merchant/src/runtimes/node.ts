/** The shop on Node. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { toNodeListener } from '@plural-otp/edge/node';
import { serve } from './serve.ts';

await serve('Node', async (shop, { port, hostname }) => {
  const server = createServer(toNodeListener(shop)).listen(port, hostname);
  await once(server, 'listening');
  return () => server.close();
});
