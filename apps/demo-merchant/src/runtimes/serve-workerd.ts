import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { readEnvironment, logReady, exitWithError, listenErrorMessage } from './environment.ts';
import { startWorkerd } from './workerd.ts';

const sweepEveryMs = 30_000;
const { settings, variables } = await readEnvironment();
const { port, origin } = settings;
const folder = process.env['DEMO_DATA']?.trim() || fileURLToPath(new URL('../../data/workerd', import.meta.url));

// workerd ends with this process; the records know what was under way.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
// A port that is taken is noticed here: workerd would tell of it by a stack.
const probe = createServer().listen(port, '127.0.0.1');
await once(probe, 'listening').catch((error: unknown) => exitWithError(listenErrorMessage(error, port)));
await once(probe.close(), 'close');

const script = await bundle(new URL('worker.ts', import.meta.url), 'esm');
const workerd = await startWorkerd({ script, variables, port, folder }).catch((error: unknown) =>
  exitWithError(listenErrorMessage(error, port)),
);
logReady(settings, 'workerd');

// In place of the cron trigger, which fires only where Workers are deployed.
setInterval(
  () => void workerd.dispatchFetch(`${origin}/cdn-cgi/handler/scheduled`).catch(() => undefined),
  sweepEveryMs,
);
