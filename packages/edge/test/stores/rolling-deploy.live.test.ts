import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPlural } from '@plural-otp/core';
import { toNodeListener } from '@plural-otp/edge/node';
import type { PaymentView } from '@plural-otp/flow/contract';
import { createSandbox, type Sandbox } from '@plural-otp/sandbox';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresBin, shouldSkip, startPostgres, type DatabaseServer } from '../support/databases.ts';
import { spawnShop, type ShopProcess, type ShopProcessOptions } from '../support/spawn-shop.ts';
import { createPaymentRequest, nativeCard, rightOtp } from '../support/test-shop.ts';

let engine: DatabaseServer;
let pool: Pool;
let database: string;
let sandbox: Sandbox;
let bankServer: Server;
let bank: string;
const processes: ChildProcess[] = [];

async function open(options: Pick<ShopProcessOptions, 'aheadSeconds' | 'isNextVersion'>): Promise<ShopProcess> {
  const shop = await spawnShop({ ...options, bank, database });
  processes.push(shop.child);
  return shop;
}

interface Started {
  client: { session: string; view: PaymentView };
  paymentId: string;
}
async function start(shop: ShopProcess, name: string): Promise<Started> {
  const plural = createPlural({
    environment: { baseUrl: bank },
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
  });
  const { order_id: orderId } = await plural.createOrder({
    merchant_order_reference: name,
    order_amount: { value: 35_000, currency: 'INR' },
  });
  return shop.post<Started>('/start', { orderId, payment: createPaymentRequest(nativeCard, `pay-${name}`) });
}

/** Generates and submits the OTP, so that the payment is paid and nobody is told. */
async function pay(shop: ShopProcess, { client: { session } }: Started): Promise<void> {
  await shop.post('/plural/otp/generate', { session, idempotencyKey: crypto.randomUUID() });
  await shop.post('/plural/otp/submit', { session, idempotencyKey: crypto.randomUUID(), otp: rightOtp });
}

const verdicts = async (): Promise<unknown[]> =>
  (await pool.query('SELECT key FROM verdicts ORDER BY key')).rows.map(({ key }) => key as unknown);
/** The values of all records, whatever their due times are. */
const values = async (): Promise<unknown> =>
  (await pool.query('SELECT id, value FROM plural_otp_payments ORDER BY id')).rows;

describe.skipIf(shouldSkip(postgresBin))('two record versions on one PostgreSQL', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    engine = await startPostgres();
    database = `postgres://postgres@127.0.0.1:${engine.port}/postgres`;
    pool = new Pool({ connectionString: database });
    sandbox = createSandbox();
    bankServer = createServer(toNodeListener(sandbox)).listen(0, '127.0.0.1');
    await once(bankServer, 'listening');
    bank = `http://127.0.0.1:${(bankServer.address() as AddressInfo).port}`;
  }, 60_000);

  afterAll(async () => {
    for (const child of processes) child.kill('SIGKILL');
    bankServer?.closeAllConnections();
    bankServer?.close();
    await pool?.end();
    await engine?.dispose();
  });

  test('a rolling deploy and a rollback rewrite no record of the other version, send nothing for it, and lose no verdict', async () => {
    const old = await open({});
    const next = await open({ isNextVersion: true });
    const ofOld = await start(old, 'old');
    const ofNext = await start(next, 'next');

    // Pages that reach a process of the other version.
    const saved = await values();
    const idempotencyKey = crypto.randomUUID();
    for (const [shop, { client }] of [
      [old, ofNext],
      [next, ofOld],
    ] as const) {
      const { session } = client;
      expect(await shop.postForStatus('/plural/payment', { session })).toBe(503);
      expect(await shop.postForStatus('/plural/otp/generate', { session, idempotencyKey })).toBe(503);
      expect(await shop.postForStatus('/plural/otp/submit', { session, idempotencyKey, otp: rightOtp })).toBe(503);
    }
    expect(await values()).toEqual(saved);
    expect(sandbox.state.messages).toEqual([]);
    expect(sandbox.state.counts.submitOtp).toBeUndefined();

    // Their own processes go on; then everybody's page is gone.
    await pay(old, ofOld);
    await pay(next, ofNext);
    sandbox.advance(120);

    // The rollback: only the old version runs, and its sweep delivers what it can read.
    const rolledBack = await open({ aheadSeconds: 120 });
    const before = await values();
    expect(await rolledBack.post('/sweep', {})).toMatchObject({ checked: 1, delivered: 1, stillOpen: 1, more: false });
    expect(await rolledBack.post('/problems', {})).toContain('RECORD_UNREADABLE');
    expect(await verdicts()).toEqual([`${ofOld.paymentId}:paid`]);
    const rewritten = (await values()) as { value: string }[];
    expect(
      rewritten.filter(({ value }, index) => value !== (before as { value: string }[])[index]?.value),
    ).toHaveLength(1);

    // The next version comes back: it delivers its own, and leaves the old one's alone.
    const again = await open({ aheadSeconds: 300, isNextVersion: true });
    expect(await again.post('/sweep', {})).toMatchObject({ checked: 1, delivered: 1 });
    expect(await verdicts()).toEqual([`${ofNext.paymentId}:paid`, `${ofOld.paymentId}:paid`].sort());

    // No sweep of either version repeats one.
    for (const isNextVersion of [true, false]) {
      const later = await open({ aheadSeconds: 7200, isNextVersion });
      expect(await later.post('/sweep', {})).toMatchObject({ delivered: 0 });
    }
    expect(await verdicts()).toHaveLength(2);
  });
});
