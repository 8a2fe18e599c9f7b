/** The shop as a process of its own, on any runtime with Node's modules and SQLite. */

import process from 'node:process';
import { setInterval, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sqlStore } from '@plural-otp/edge/stores/sql';
import { sqlInsight } from '@plural-otp/insight/sql';
import { createShop, type Shop } from '../app.ts';
import { createSqlOverview } from '../merchant/sql-overview.ts';
import { createSqlRepository } from '../sql-repository.ts';
import { openDatabase } from './database.ts';
import { readEnvironment, logReady, exitWithError, errorMessage, listenErrorMessage } from './environment.ts';
import { readBrowserFiles } from './read-browser-files.ts';
import { createSqliteQuery } from './sqlite-query.ts';

const sweepEveryMs = 30_000;
/** Maximum time in milliseconds for work in flight after a signal to stop. */
const graceMs = 5000;
const defaultDataFile = fileURLToPath(new URL('../../data/orders.sqlite', import.meta.url));

/** Starts to listen, and returns a function that stops listening. */
type Listen = (
  shop: Shop,
  at: { readonly port: number; readonly hostname: string },
) => (() => unknown) | Promise<() => unknown>;

/**
 * Runs the shop until SIGINT or SIGTERM: listens, and sweeps every 30 seconds. Exits with 1 and a message if it cannot
 * start.
 */
export async function serve(runtime: string, listen: Listen): Promise<never> {
  const { settings } = await readEnvironment();
  const files = await readBrowserFiles().catch((error: unknown) =>
    exitWithError(`A built file is missing; run "npm run build" first. ${errorMessage(error)}`),
  );
  const database = openDatabase(process.env['DEMO_DATA']?.trim() || defaultDataFile);
  const query = createSqliteQuery(database);
  const inFlight = new Set<Promise<unknown>>();
  const shop = createShop({
    settings,
    repository: createSqlRepository(query),
    overview: createSqlOverview(query),
    insightStore: sqlInsight(query, { placeholder: '?' }),
    store: sqlStore(query, { placeholder: '?' }),
    files,
    waitUntil(work) {
      const tracked = work.catch(() => undefined).finally(() => inFlight.delete(tracked));
      inFlight.add(tracked);
    },
    log: (line) => console.error(line),
  });

  const stopListening = await listenOrExit(listen, shop, settings.port);
  logReady(settings, runtime);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  await sweepUntil(stopping.signal, shop);

  void stopListening();
  await Promise.race([Promise.allSettled(inFlight), setTimeout(graceMs)]);
  database.close();
  // A call without a response would keep the process alive; it is recovered from the stored records at the next start.
  process.exit(0);
}

async function sweepUntil(signal: AbortSignal, shop: Shop): Promise<void> {
  // Checks at once what was pending when the process last stopped.
  await shop.sweep(signal);
  try {
    for await (const _ of setInterval(sweepEveryMs, undefined, { signal })) await shop.sweep(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function listenOrExit(listen: Listen, shop: Shop, port: number): Promise<() => unknown> {
  try {
    return await listen(shop, { port, hostname: '127.0.0.1' });
  } catch (error) {
    return exitWithError(listenErrorMessage(error, port));
  }
}
