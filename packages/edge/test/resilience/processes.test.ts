import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPlural } from '@plural-otp/core';
import { toNodeListener } from '@plural-otp/edge/node';
import type { PaymentView } from '@plural-otp/flow/contract';
import { createSandbox, type Sandbox } from '@plural-otp/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spawnShop, type ShopProcess, type ShopProcessOptions } from '../support/spawn-shop.ts';
import { nativeCard, createPaymentRequest, rightOtp, wrongOtp } from '../support/test-shop.ts';

const generateAct = '00000000-0000-4000-8000-000000000001';
const submitAct = '00000000-0000-4000-8000-000000000002';

let folder: string;
let sandbox: Sandbox;
let bank: Server;
let bankUrl: string;
let processes: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plural-otp-'));
  sandbox = createSandbox();
  bank = createServer(toNodeListener(sandbox)).listen(0, '127.0.0.1');
  await once(bank, 'listening');
  bankUrl = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`;
  processes = [];
});

afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  bank.closeAllConnections();
  bank.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Pick<ShopProcessOptions, 'dieAt' | 'aheadSeconds'> = {}): Promise<ShopProcess> {
  const shop = await spawnShop({ ...options, bank: bankUrl, database: join(folder, 'shop.sqlite') });
  processes.push(shop.child);
  return shop;
}

async function order(): Promise<string> {
  const plural = createPlural({
    environment: { baseUrl: bankUrl },
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
  });
  const { order_id } = await plural.createOrder({
    merchant_order_reference: 'order-1',
    order_amount: { value: 35_000, currency: 'INR' },
  });
  return order_id;
}

interface Started {
  client: { session: string; view: PaymentView };
  paymentId: string;
}
const start = async (shop: ShopProcess): Promise<Started> =>
  shop.post<Started>('/start', { orderId: await order(), payment: createPaymentRequest(nativeCard, 'pay-1') });

const verdicts = (): unknown[] => {
  const database = new DatabaseSync(join(folder, 'shop.sqlite'));
  const rows = database
    .prepare('SELECT key FROM verdicts')
    .all()
    .map(({ key }) => key);
  database.close();
  return rows;
};

const generate = '/plural/otp/generate';
const submit = '/plural/otp/submit';
const payment = '/plural/payment';

describe('a process killed with SIGKILL', { timeout: 60_000 }, () => {
  test('after its submit took effect: the next process finds the payment paid, and delivers one verdict', async () => {
    const shop = await open({ dieAt: '/otp/submit:after' });
    const { client, paymentId } = await start(shop);
    const { session } = client;
    await shop.post(generate, { session, idempotencyKey: generateAct });
    await shop.postLast(submit, { session, idempotencyKey: submitAct, otp: rightOtp });
    const next = await open({ aheadSeconds: 5 });
    sandbox.advance(5);
    expect((await next.post<PaymentView>(payment, { session })).phase).toBe('authorized');
    expect((await next.post<PaymentView>(submit, { session, idempotencyKey: submitAct, otp: rightOtp })).phase).toBe(
      'authorized',
    );
    expect(verdicts()).toEqual([`${paymentId}:paid`]);
    expect(sandbox.state.counts.submitOtp).toBe(1);
  });

  test('after its submit took effect, with no page left: the sweep of the next process delivers the verdict', async () => {
    const shop = await open({ dieAt: '/otp/submit:after' });
    const { client, paymentId } = await start(shop);
    await shop.post(generate, { session: client.session, idempotencyKey: generateAct });
    await shop.postLast(submit, { session: client.session, idempotencyKey: submitAct, otp: rightOtp });
    sandbox.advance(61);
    const next = await open({ aheadSeconds: 61 });
    expect(await next.post('/sweep', {})).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(verdicts()).toEqual([`${paymentId}:paid`]);
  });

  test('before its submit was sent: nothing is sent automatically, and the OTP may be entered again after a minute', async () => {
    const shop = await open({ dieAt: '/otp/submit:before' });
    const { client } = await start(shop);
    const { session } = client;
    await shop.post(generate, { session, idempotencyKey: generateAct });
    await shop.postLast(submit, { session, idempotencyKey: submitAct, otp: rightOtp });
    const next = await open();
    for (const idempotencyKey of [submitAct, crypto.randomUUID()]) {
      expect((await next.post<PaymentView>(submit, { session, idempotencyKey, otp: rightOtp })).phase).toBe(
        'confirming',
      );
    }
    const later = await open({ aheadSeconds: 61 });
    expect((await later.post<PaymentView>(payment, { session })).phase).toBe('unresolved');
    expect(sandbox.state.counts.submitOtp).toBeUndefined();
    const idempotencyKey = crypto.randomUUID();
    expect((await later.post<PaymentView>(submit, { session, idempotencyKey, otp: rightOtp })).phase).toBe(
      'confirming',
    );
    expect(sandbox.state.counts.submitOtp).toBe(1);
  });

  test('after its OTP was rejected: the order proves it, and the customer may try again', async () => {
    const shop = await open({ dieAt: '/otp/submit:after' });
    const { client } = await start(shop);
    const { session } = client;
    await shop.post(generate, { session, idempotencyKey: generateAct });
    await shop.postLast(submit, { session, idempotencyKey: submitAct, otp: wrongOtp });
    const next = await open({ aheadSeconds: 58 });
    const view = await next.post<PaymentView>(payment, { session });
    expect(view).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
  });

  test('after its OTP was sent: no second OTP is sent, and the first one pays', async () => {
    const shop = await open({ dieAt: '/otp/generate:after' });
    const { client } = await start(shop);
    const { session } = client;
    await shop.postLast(generate, { session, idempotencyKey: generateAct });
    const next = await open();
    expect((await next.post<PaymentView>(generate, { session, idempotencyKey: crypto.randomUUID() })).phase).toBe(
      'generating',
    );
    const later = await open({ aheadSeconds: 36 });
    expect(await later.post<PaymentView>(payment, { session })).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
    });
    expect(sandbox.state.messages).toHaveLength(1);
    expect((await later.post<PaymentView>(submit, { session, idempotencyKey: submitAct, otp: rightOtp })).phase).toBe(
      'confirming',
    );
  });

  test('after its payment was created: the same start returns that payment, and no second one is created', async () => {
    const orderId = await order();
    const shop = await open({ dieAt: '/payments:after' });
    await shop.postLast('/start', { orderId, payment: createPaymentRequest(nativeCard, 'pay-1') });
    const next = await open({ aheadSeconds: 60 });
    const { paymentId } = await next.post<Started>('/start', {
      orderId,
      payment: createPaymentRequest(nativeCard, 'pay-1'),
    });
    expect(sandbox.state.orders.get(orderId)?.payments.map(({ id }) => id)).toEqual([paymentId]);
    expect(sandbox.state.counts.createPayment).toBe(1);
  });

  test('while it delivered a verdict: the verdict is delivered again once its lease has expired', async () => {
    const shop = await open({ dieAt: 'onVerdict' });
    const { client, paymentId } = await start(shop);
    const { session } = client;
    await shop.post(generate, { session, idempotencyKey: generateAct });
    await shop.post(submit, { session, idempotencyKey: submitAct, otp: rightOtp });
    sandbox.advance(2);
    await shop.postLast('/sweep', {});
    expect(verdicts()).toEqual([]);
    const early = await open({ aheadSeconds: 30 });
    expect(await early.post('/sweep', {})).toMatchObject({ checked: 0, delivered: 0, stillOpen: 0, more: false });
    const next = await open({ aheadSeconds: 62 });
    expect(await next.post('/sweep', {})).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(verdicts()).toEqual([`${paymentId}:paid`]);
  });
});

describe('two processes on one SQLite file', { timeout: 60_000 }, () => {
  test('of 40 parallel submits with different idempotency keys to both, in rounds, exactly five reach Plural', async () => {
    sandbox.configure({ otpAttempts: 10 });
    const shops = await Promise.all([open(), open()]);
    const [first] = shops;
    if (!first) throw new Error('no shop');
    const { client } = await start(first);
    const { session } = client;
    await first.post(generate, { session, idempotencyKey: generateAct });
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (shops[index % 2] ?? first)
            .post(submit, { session, idempotencyKey: crypto.randomUUID(), otp: wrongOtp })
            .catch((error: Error) => expect(error.message).toContain('503')),
        ),
      );
    }
    expect(sandbox.state.counts.submitOtp).toBe(5);
  });
});
