/** Starts the Worker in workerd on this machine. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { readEnvironment, logReady, exitWithError, listenErrorMessage } from './environment.ts';
import { startWorkerd } from './workerd.ts';

const { settings, variables } = await readEnvironment();
const { port } = settings;
const folder = process.env['DEMO_DATA']?.trim() || fileURLToPath(new URL('../../data/workerd', import.meta.url));

// workerd exits with this process; calls in flight are recovered from the stored records.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
// Checks the port first, because workerd reports a port in use with a stack trace.
const probe = createServer().listen(port, '127.0.0.1');
await once(probe, 'listening').catch((error: unknown) => exitWithError(listenErrorMessage(error, port)));
await once(probe.close(), 'close');

const script = await bundle(new URL('worker.ts', import.meta.url), 'esm');
await startWorkerd({ script, variables, port, folder }).catch((error: unknown) =>
  exitWithError(listenErrorMessage(error, port)),
);
logReady(settings, 'workerd');
