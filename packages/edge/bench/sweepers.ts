/**
 * Measures how many undelivered verdicts one sweeper and ten deliver in a second over a real engine. Each sweeper is a
 * process of its own, and Plural answers after 100 ms.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectStore, createSweepShop, type StoreAddress, type SweeperTask } from './sweeper.ts';

/** Returns the verdicts that so many sweepers deliver in a second. */
async function measureSweepers(
  engine: Omit<StoreAddress, 'prefix'>,
  sweepers: number,
  orders: number,
): Promise<number> {
  const address: StoreAddress = { ...engine, prefix: `sweepers-${sweepers}` };
  const { createStore, close } = connectStore(address);
  // The first read creates the table of an SQL store.
  await createStore(Date.now).load('none');
  const shop = createSweepShop(createStore, 0);
  for (let at = 0; at < orders; at += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, lane) => shop.start(`${address.prefix}-${at + lane}`)));
  }
  await close();
  const program = fileURLToPath(new URL('sweeper.ts', import.meta.url));
  const children = Array.from({ length: sweepers }, () => fork(program, ['--sweep']));
  const say = async (child: ChildProcess, task: SweeperTask): Promise<number> => {
    const answered = once(child, 'message');
    child.send(task);
    const [delivered] = (await answered) as [number];
    return delivered;
  };
  await Promise.all(children.map((child) => say(child, { do: 'open', ...address })));
  const beganAt = performance.now();
  const delivered = await Promise.all(children.map((child) => say(child, { do: 'sweep' })));
  const seconds = (performance.now() - beganAt) / 1000;
  for (const child of children) child.kill();
  const total = delivered.reduce((sum, count) => sum + count, 0);
  if (total !== orders) throw new Error(`${total} verdicts were delivered, of ${orders}`);
  return total / seconds;
}

/** Prints both figures, and sets the exit code 1 when ten sweepers deliver less than five times what one does. */
export async function compareSweepers(engine: Omit<StoreAddress, 'prefix'>): Promise<void> {
  console.log('undelivered verdicts delivered per second, with Plural at 100 ms');
  const one = await measureSweepers(engine, 1, 400);
  const ten = await measureSweepers(engine, 10, 4000);
  const ratio = `${(ten / one).toFixed(1)} times (at least 5, reach 8)`;
  console.log(`  one sweeper ${one.toFixed(0)}, ten ${ten.toFixed(0)}: ${ratio}`);
  if (ten / one < 5) process.exitCode = 1;
}
