import { serve } from './serve.ts';

await serve('Bun', ({ fetch }, at) => {
  // Bun's own end of a quiet connection comes before the end of a slow payment call.
  const server = Bun.serve({ ...at, idleTimeout: 120, fetch });
  return () => server.stop();
});
