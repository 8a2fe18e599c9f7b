import { once } from 'node:events';
import { createServer } from 'node:http';
import { toNodeListener } from '@plural-otp/edge/node';
import { runShop } from './serve.ts';

await runShop('Node', async (shop, { port, hostname }) => {
  const server = createServer(toNodeListener(shop)).listen(port, hostname);
  await once(server, 'listening');
  return () => server.close();
});
