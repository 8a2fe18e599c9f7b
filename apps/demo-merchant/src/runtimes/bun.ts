/** The shop on Bun. */

import { serve } from './serve.ts';

await serve('Bun', ({ fetch }, at) => {
  // Bun closes an idle connection after 10 seconds by default, but a payment call may take longer.
  const server = Bun.serve({ ...at, idleTimeout: 120, fetch });
  return () => server.stop();
});
