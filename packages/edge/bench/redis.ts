/** `pnpm bench edge --redis`: what a payment costs on a real Redis, and ten sweepers relative to one. */

import { redisStore } from '@plural-otp/edge/stores/redis';
import type { Redis } from 'ioredis';
import { createPayments } from './ordinary-payment.ts';
import { startBenchRedis } from './redis-server.ts';
import { createRun } from './sweeper.ts';
import { compareSweepers } from './sweepers.ts';

async function readInfo(client: Redis): Promise<(name: string) => number> {
  const info = `${await client.info('all')}\n${await client.info('commandstats')}`;
  return (name) => Number(new RegExp(`${name}[:=](\\d+(?:\\.\\d+)?)`).exec(info)?.[1] ?? 0);
}

/** Prints what one payment sends to Redis, and what is kept of it once its verdict is delivered. */
async function measurePayment(client: Redis, payments: number): Promise<void> {
  const pay = createPayments((now) => redisStore(createRun(client), { now, prefix: 'plural-otp' }));
  await pay();
  await client.config('RESETSTAT');
  const before = await readInfo(client);
  const keysBefore = await client.dbsize();
  for (let paid = 0; paid < payments; paid += 1) await pay();
  const after = await readInfo(client);
  const keys = (await client.dbsize()) - keysBefore;
  const per = (name: string): number => (after(name) - before(name)) / payments;
  const calls = after('cmdstat_evalsha:calls') / payments;
  const usPerPayment = after('cmdstat_evalsha:calls=\\d+,usec') / payments;
  console.log(`Redis, per payment with one wrong OTP, 5 polls and a look at its reference (${payments} payments)`);
  console.log(`  ${calls.toFixed(1)} calls, ${(after('total_net_input_bytes') / payments / 1024).toFixed(1)} KiB sent`);
  const cpuUs = (per('used_cpu_user') + per('used_cpu_sys')) * 1e6;
  console.log(`  ${usPerPayment.toFixed(0)} us inside scripts, ${cpuUs.toFixed(0)} us of CPU`);
  const sizes: number[] = [];
  for (const key of await client.keys('{plural-otp:*}:*')) sizes.push((await client.memory('USAGE', key)) ?? 0);
  const kept = sizes.reduce((sum, size) => sum + size, 0) / (payments + 1);
  console.log(`  ${kept.toFixed(0)} bytes kept after delivery, in ${(keys / payments).toFixed(1)} keys (MEMORY USAGE)`);
}

/** Runs the benchmark; exits with 1 when ten sweepers deliver less than five times what one does. */
export async function benchRedis(): Promise<void> {
  const { port, client, stop } = await startBenchRedis();
  try {
    await measurePayment(client, 300);
    await compareSweepers({ engine: 'redis', port });
  } finally {
    await stop();
  }
}
