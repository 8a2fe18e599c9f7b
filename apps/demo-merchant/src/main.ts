import { once } from 'node:events';
import { createServer } from 'node:http';
import { setInterval, setTimeout } from 'node:timers/promises';
import { isPluralError } from '@plural-otp/core';
import { toNodeListener } from '@plural-otp/edge/node';
import { createShop, type Shop } from './app.ts';
import { readBrowserFiles } from './browser-files.ts';
import { openDatabase } from './database.ts';
import { recordTables } from './record-store.ts';
import { type Settings, SettingsError, settingsFrom } from './settings.ts';

const sweepEveryMs = 30_000;
/** How long requests under way may take once the process was told to end. */
const graceMs = 5000;

const settings = readSettings();
const files = await readBrowserFiles().catch((error: unknown) =>
  stop(`A built file is missing: run "npm run build" first. ${textOf(error)}`),
);
const database = openOrStop(settings.databasePath);
const shop = createShopOrStop();
const underWay = new Set<Promise<Response>>();

const server = createServer(toNodeListener({ fetch: followed }));
server.on('error', (error: NodeJS.ErrnoException) => {
  stop(
    error.code === 'EADDRINUSE'
      ? `Port ${settings.port} is taken: end what listens there, or set PORT to another one.`
      : `The shop cannot listen: ${error.message}`,
  );
});
server.listen(settings.port, '127.0.0.1');
await once(server, 'listening');
console.log(`Shop ready: ${settings.origin}/  (merchant's page: ${settings.origin}/merchant)`);

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

// What was owed when the process last ended is looked at right away.
await shop.sweep(ending.signal);
try {
  for await (const _ of setInterval(sweepEveryMs, undefined, { signal: ending.signal }))
    await shop.sweep(ending.signal);
} catch (error) {
  if (!ending.signal.aborted) throw error;
}

server.close();
await Promise.race([Promise.allSettled(underWay), setTimeout(graceMs)]);
server.closeAllConnections();
database.close();
// A call that the payment service never answered would hold the process; the records know what it was.
process.exit(0);

/** Also after its browser went away, a payment request is let end before the file is closed. */
function followed(request: Request): Promise<Response> {
  const answer = shop.fetch(request);
  const known = answer.finally(() => underWay.delete(known));
  underWay.add(known);
  return known;
}

function createShopOrStop(): Shop {
  try {
    return createShop({ settings, database, files, log: (line) => console.error(line) });
  } catch (error) {
    if (!isPluralError(error)) throw error;
    const wrong = error.issues?.map(({ path, expected }) => `${path}: ${expected}`) ?? [];
    return stop([`The shop cannot start: ${error.message}`, ...wrong].join('\n  '));
  }
}

function readSettings(): Settings {
  try {
    return settingsFrom(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return stop(
      [
        'The shop cannot start:',
        ...error.lines.map((line) => `  ${line}`),
        'To try it with the sandbox: npm run demo',
      ].join('\n'),
    );
  }
}

function openOrStop(path: string): ReturnType<typeof openDatabase> {
  try {
    return openDatabase(path, recordTables);
  } catch (error) {
    return stop(`The orders cannot be kept in ${path}: ${textOf(error)} Set DEMO_DATA to a file that can be written.`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function stop(line: string): never {
  console.error(line);
  process.exit(1);
}
