/**
 * `pnpm bench edge --redis`: what a payment costs on a real Redis, and how many undelivered verdicts one sweeper and ten
 * deliver in a second. Each sweeper is a process of its own, and Plural answers after 100 ms.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { redisStore } from '@plural-otp/edge/stores/redis';
import type { Redis } from 'ioredis';
import { Clock, createTestShop, CustomerPage, rightOtp, wrongOtp } from '../test/support/test-shop.ts';
import { startBenchRedis } from './redis-server.ts';
import { createRun, createSweepShop, type SweeperTask } from './sweeper.ts';

async function readInfo(client: Redis): Promise<(name: string) => number> {
  const info = `${await client.info('all')}\n${await client.info('commandstats')}`;
  return (name) => Number(new RegExp(`${name}[:=](\\d+(?:\\.\\d+)?)`).exec(info)?.[1] ?? 0);
}

/** Prints what one payment sends to Redis, and what is kept of it once its verdict is delivered. */
async function measurePayment(client: Redis, payments: number): Promise<void> {
  const clock = new Clock();
  const shop = createTestShop({
    clock,
    store: redisStore(createRun(client), { now: clock.now, prefix: 'plural-otp' }),
  });
  const pay = async (): Promise<void> => {
    const orderId = await shop.createOrder();
    const { client: started } = await shop.startPayment(orderId);
    const page = new CustomerPage(shop.handler, started.session);
    for (let polls = 0; polls < 3; polls += 1) await page.getView();
    await page.generate();
    await page.submit(wrongOtp);
    clock.advance(1);
    await page.getView();
    await page.submit(rightOtp);
    clock.advance(1);
    await page.getView();
    await shop.handler.openReference(started.view.reference);
  };
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

/** Returns the verdicts that so many sweepers deliver in a second. */
async function measureSweepers(port: number, client: Redis, sweepers: number, orders: number): Promise<number> {
  const prefix = `sweepers-${sweepers}`;
  const shop = createSweepShop(createRun(client), prefix, 0);
  for (let at = 0; at < orders; at += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, lane) => shop.start(`${prefix}-${at + lane}`)));
  }
  const program = fileURLToPath(new URL('sweeper.ts', import.meta.url));
  const children = Array.from({ length: sweepers }, () => fork(program, ['--sweep']));
  const say = async (child: ChildProcess, task: SweeperTask): Promise<number> => {
    const answered = once(child, 'message');
    child.send(task);
    const [delivered] = (await answered) as [number];
    return delivered;
  };
  await Promise.all(children.map((child) => say(child, { do: 'open', port, prefix })));
  const beganAt = performance.now();
  const delivered = await Promise.all(children.map((child) => say(child, { do: 'sweep' })));
  const seconds = (performance.now() - beganAt) / 1000;
  for (const child of children) child.kill();
  const total = delivered.reduce((sum, count) => sum + count, 0);
  if (total !== orders) throw new Error(`${total} verdicts were delivered, of ${orders}`);
  return total / seconds;
}

/** Runs the benchmark; exits with 1 when ten sweepers deliver less than five times what one does. */
export async function benchRedis(): Promise<void> {
  const { port, client, stop } = await startBenchRedis();
  try {
    await measurePayment(client, 300);
    console.log('undelivered verdicts delivered per second, with Plural at 100 ms');
    const one = await measureSweepers(port, client, 1, 400);
    const ten = await measureSweepers(port, client, 10, 4000);
    console.log(
      `  one sweeper ${one.toFixed(0)}, ten ${ten.toFixed(0)}: ${(ten / one).toFixed(1)} times (at least 5, reach 8)`,
    );
    if (ten / one < 5) process.exitCode = 1;
  } finally {
    await stop();
  }
}
