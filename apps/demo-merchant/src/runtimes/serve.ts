import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setInterval, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTable, type SqlQuery, sqlStore } from '@plural-otp/edge/stores/sql';
import { createShop, type Shop } from '../app.ts';
import { shopTables, createSqlRepository } from '../sql-repository.ts';
import { readEnvironment, logReady, exitWithError, errorMessage, listenErrorMessage } from './environment.ts';
import { readBrowserFiles } from './read-browser-files.ts';

const sweepEveryMs = 30_000;
/** How long work under way may take once the process was told to end. */
const graceMs = 5000;
const defaultDataFile = fileURLToPath(new URL('../../data/orders.sqlite', import.meta.url));

/** Begins to listen; gives what ends that. */
type Listen = (
  shop: Shop,
  at: { readonly port: number; readonly hostname: string },
) => (() => unknown) | Promise<() => unknown>;

/**
 * Runs the shop in a process of its own, on any runtime with Node's modules: listens, sweeps every 30 seconds, and ends
 * cleanly when it is told to. What is wrong at the start is said in words, and ends the process with 1.
 */
export async function serve(on: string, listen: Listen): Promise<never> {
  const { settings } = await readEnvironment();
  const files = await readBrowserFiles().catch((error: unknown) =>
    exitWithError(`A built file is missing: run "npm run build" first. ${errorMessage(error)}`),
  );
  const database = openDatabase(process.env['DEMO_DATA']?.trim() || defaultDataFile);
  const query: SqlQuery = async (text, params) => database.prepare(text).all(...params);
  const inFlight = new Set<Promise<unknown>>();
  const shop = createShop({
    settings,
    repository: createSqlRepository(query),
    store: sqlStore(query, { placeholder: '?' }),
    files,
    waitUntil(work) {
      const known = work.catch(() => undefined).finally(() => inFlight.delete(known));
      inFlight.add(known);
    },
    log: (line) => console.error(line),
  });

  const stopListening = await listenOrExit(listen, shop, settings.port);
  logReady(settings, on);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  await sweepUntil(ending.signal, shop);

  void stopListening();
  await Promise.race([Promise.allSettled(inFlight), setTimeout(graceMs)]);
  database.close();
  // A call that the payment service never answered would hold the process; the records know what it was.
  process.exit(0);
}

async function sweepUntil(signal: AbortSignal, shop: Shop): Promise<void> {
  // What was owed when the process last ended is looked at right away.
  await shop.sweep(signal);
  try {
    for await (const _ of setInterval(sweepEveryMs, undefined, { signal })) await shop.sweep(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Opens or creates the file with its tables. A write is on the disk when it returns. */
function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    database.exec('PRAGMA busy_timeout = 5000;');
    database.exec(shopTables + createTable);
    return database;
  } catch (error) {
    return exitWithError(
      `The orders cannot be kept in ${path}: ${errorMessage(error)} Set DEMO_DATA to a file that can be written.`,
    );
  }
}

async function listenOrExit(listen: Listen, shop: Shop, port: number): Promise<() => unknown> {
  try {
    return await listen(shop, { port, hostname: '127.0.0.1' });
  } catch (error) {
    return exitWithError(listenErrorMessage(error, port));
  }
}
