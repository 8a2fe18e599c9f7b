import { runShop } from './serve.ts';

await runShop('Deno', ({ fetch }, at) => {
  const server = Deno.serve({ ...at, onListen: () => undefined }, fetch);
  return () => server.shutdown();
});
