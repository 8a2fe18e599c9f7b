import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSandbox, type Sandbox } from '@plural-otp/sandbox';
import { listen, type ListeningSandbox } from '@plural-otp/sandbox/listen';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { waitOptions } from '../support/databases.ts';
import { postJson } from '../support/remote-store.ts';
import type { ShopLog } from '../support/shop-worker.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let folder: string;
let script: string;
let sandbox: Sandbox;
let bank: ListeningSandbox;
let workerd: Miniflare;
let url: string;

async function start(): Promise<void> {
  workerd = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    cf: false,
    host: '127.0.0.1',
    bindings: { PLURAL_URL: bank.origin },
    durableObjects: { PAYMENTS: { className: 'Payments', useSQLite: true } },
    durableObjectsPersist: join(folder, 'objects'),
  });
  url = String(await workerd.ready);
}

async function tell<T>(instruction: object): Promise<T> {
  const response = await postJson(url, instruction);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
const pay = (): Promise<string> => tell({ do: 'pay' });
const getLog = (): Promise<ShopLog> => tell({ do: 'log' });
const waitForVerdict = (paymentId: string, options = waitOptions): Promise<void> =>
  vi.waitFor(async () => expect((await getLog()).delivered).toContain(`${paymentId}:paid`), options);

describe('a shop on Workers without a cron trigger', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plural-otp-shop-'));
    sandbox = createSandbox();
    bank = await listen(sandbox, 0);
    const { outputFiles } = await build({
      entryPoints: [at('../support/shop-worker.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions: ['workerd', 'worker', 'browser'],
    });
    script = outputFiles[0]?.text ?? '';
    await start();
  }, 60_000);
  afterAll(async () => {
    await workerd?.dispose();
    await bank?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is told a verdict that no request, return or webhook brought', async () => {
    const { wakes } = await getLog();
    await waitForVerdict(await pay());
    expect((await getLog()).wakes).toBeGreaterThan(wakes);
  });

  test('is delivered again after its hook failed, and no more after it succeeded', async () => {
    await tell({ do: 'failHooks', count: 2 });
    const { attempts } = await getLog();
    const paymentId = await pay();
    await waitForVerdict(paymentId);
    expect((await getLog()).attempts).toBe(attempts + 3);
    expect((await getLog()).delivered.filter((key) => key === `${paymentId}:paid`)).toHaveLength(1);
  });

  test('is told although its process died after the payment', async () => {
    const paymentId = await pay();
    await workerd.dispose();
    await start();
    expect((await getLog()).delivered).not.toContain(`${paymentId}:paid`);
    await waitForVerdict(paymentId);
  });

  test('is told every one of a hundred that are due at once', async () => {
    const payments = await Promise.all(Array.from({ length: 100 }, () => pay()));
    const slowOptions = { ...waitOptions, timeout: 200_000 };
    // One after another, so that the waiting itself does not load the engine.
    for (const paymentId of payments) await waitForVerdict(paymentId, slowOptions);
    const { delivered } = await getLog();
    expect(new Set(delivered)).toHaveLength(delivered.length);
  }, 240_000);

  test('asks objects at most 12 times for a payment, and at most 6 times for a check and its delivery', async () => {
    const before = await getLog();
    const paymentId = await pay();
    await waitForVerdict(paymentId);
    const after = await getLog();
    const customers = after.objectRequests.customers - before.objectRequests.customers;
    const alarms = after.objectRequests.alarms - before.objectRequests.alarms;
    expect(customers).toBeLessThanOrEqual(12);
    expect(alarms / (after.wakes - before.wakes)).toBeLessThanOrEqual(6);
  });
});
