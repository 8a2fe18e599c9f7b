/** Starts the edge function in edge-runtime on this machine. */

import process from 'node:process';
import { EdgeRuntime, runServer } from 'edge-runtime';
import { bundle } from './bundle.ts';
import { readEnvironment, logReady, exitWithError, listenErrorMessage } from './environment.ts';

const { settings, variables } = await readEnvironment();
const runtime = new EdgeRuntime({
  initialCode: await bundle(new URL('edge-function.ts', import.meta.url), 'iife'),
  extend: (context) => Object.assign(context, { process: { env: variables } }),
});
await runServer({ runtime, port: settings.port, host: '127.0.0.1' }).catch((error: unknown) =>
  exitWithError(listenErrorMessage(error, settings.port)),
);
console.log('Orders and payments are in the memory of this process and are lost when it ends.');
logReady(settings, 'edge-runtime');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
