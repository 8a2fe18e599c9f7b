/** The shop on Redis, with BullMQ for the time at which each payment is due. */

import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { toNodeListener } from '@plural-otp/edge/node';
import { redisStore, type RunScript } from '@plural-otp/edge/stores/redis';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { createShop, shopEnv } from '../shop.ts';
import { retryLocked } from '../sqlite-query.ts';
import { createVerdictTable, sqlVerdicts } from '../verdicts.ts';
import { queueSchedule, wakeFromQueue } from './wake-queue.ts';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const client = new Redis(url, { commandTimeout: 2000, maxRetriesPerRequest: 1 });
client.on('error', (error: Error) => console.error('redis:', error.message));
const run: RunScript = (script, keys, args, sha1) =>
  client.evalsha(sha1, keys.length, ...keys, ...args).catch((error: Error) => {
    // This server has not seen the script since it started.
    if (!error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(script, keys.length, ...keys, ...args);
  });

// Your own database in its place. Several servers need one that they share.
const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? 'shop.sqlite');
database.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 50; ${createVerdictTable}`);
const verdicts = sqlVerdicts(retryLocked(async (text, params) => database.prepare(text).all(...params)));

const connection = { url, maxRetriesPerRequest: null };
const queue = new Queue('plural-otp', { connection });
const store = { ...redisStore(run), schedule: queueSchedule(queue) };
const shop = createShop(shopEnv(process.env), store, verdicts);
// May run in a process of its own, and in several.
const worker = new Worker('plural-otp', wakeFromQueue(queue, shop.wake), { connection, concurrency: 8 });
const logError = (error: Error): void => console.error('bullmq:', error.message);
queue.on('error', logError);
worker.on('error', logError);

// The net below the queue: a job that was never added, or was lost with Redis, is found here.
setInterval(() => {
  shop.sweep().catch((error: unknown) => console.error('sweep:', error));
}, 600_000);

createServer(toNodeListener(shop)).listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1');
