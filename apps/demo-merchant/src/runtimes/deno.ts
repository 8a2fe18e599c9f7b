/** The shop on Deno. */

import { serve } from './serve.ts';

await serve('Deno', ({ fetch }, at) => {
  const server = Deno.serve({ ...at, onListen: () => undefined }, fetch);
  return () => server.shutdown();
});
