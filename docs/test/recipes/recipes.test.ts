import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { PaymentVerdict } from '@plural-otp/edge';
import { createSandbox, type Sandbox } from '@plural-otp/sandbox';
import { listen, type ListeningSandbox } from '@plural-otp/sandbox/listen';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shopEnv } from '../../recipes/shop.ts';
import { createVerdictTable, sqlVerdicts } from '../../recipes/verdicts.ts';
import { postgresBin, redisServer, shouldSkip } from '../../../packages/edge/test/support/databases.ts';
import { examples, root } from '../support/examples.ts';
import { Customer, waitOptions } from './customer.ts';
import { onBullmq } from './bullmq.ts';
import { onGraphileWorker } from './graphile-worker.ts';
import { onNextEdge, onNextNode } from './next.ts';
import { denoCheck, onBun, onDeno, onNode } from './programs.ts';
import { secrets, type RecipeRun, type StartRecipe } from './runs.ts';
import { onWorkers } from './workers.ts';

const recipes: [name: string, start: StartRecipe, absent?: boolean][] = [
  ['Cloudflare Workers', onWorkers],
  ['Deno Deploy', onDeno],
  ['Next.js, on Node', onNextNode, shouldSkip(redisServer)],
  ['Next.js, on the edge runtime', onNextEdge, shouldSkip(redisServer)],
  ['BullMQ', onBullmq, shouldSkip(redisServer)],
  ['graphile-worker', onGraphileWorker, shouldSkip(postgresBin)],
  ['Bun', onBun],
  ['Express', onNode('express')],
  ['Fastify', onNode('fastify')],
  ['Hono', onNode('hono')],
];

for (const [name, start, absent = false] of recipes) {
  describe.skipIf(absent)(`the recipe for ${name}`, () => {
    let sandbox: Sandbox;
    let bank: ListeningSandbox;
    let shop: RecipeRun;

    beforeAll(async () => {
      sandbox = createSandbox();
      bank = await listen(sandbox, 0);
      shop = await start(bank.origin);
    }, 60_000);
    afterAll(async () => {
      await shop?.stop();
      await bank?.close();
    });

    test('takes a payment with one wrong OTP, and stores one verdict, also after the webhook', async () => {
      sandbox.setWebhookUrl(`${shop.origin}/plural/webhook`);
      const customer = new Customer(shop.origin);
      const paid = await customer.pay();
      expect([paid.status, Object.keys(paid.body).sort()]).toEqual([200, ['session', 'view']]);
      expect((await customer.performAction('otp/generate')).body.phase).toBe('awaitingOtp');
      const missed = await customer.performAction('otp/submit', { otp: '000000' });
      expect(missed.body).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' } });
      await customer.performAction('otp/submit', { otp: '123456' });
      await customer.waitForPhase('authorized');

      await vi.waitFor(() => {
        const delivered = sandbox.state.deliveries.filter(({ eventType }) => eventType === 'ORDER_PROCESSED');
        expect(delivered.map(({ state }) => state)).toEqual(['delivered']);
      }, waitOptions);
      await customer.waitUntilToldPaid();
      expect((await customer.getReceipt()).body).toEqual({ phase: 'authorized', outcomes: ['paid'] });
      sandbox.setWebhookUrl(null);
    });

    test('two concurrent pay requests make one payment', async () => {
      const customer = new Customer(shop.origin);
      const responses = await Promise.all([customer.pay(), customer.pay()]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200]);
      const orderId = sandbox.state.references.get(customer.order);
      const payments = [...sandbox.state.payments].filter(([, of]) => of === orderId);
      expect(payments).toHaveLength(1);
    });

    test('a verified return from the bank’s page redirects to the receipt', async () => {
      const customer = new Customer(shop.origin);
      await customer.pay();
      const { action, fields } = await customer.payOnAcsPage();
      expect(action).toBe(`${shop.origin}/plural/return`);
      const response = await fetch(action, { method: 'POST', body: fields, redirect: 'manual' });
      const location = new URL(response.headers.get('location') ?? '', shop.origin);
      expect([response.status, location.origin, location.pathname]).toEqual([303, shop.origin, '/thank-you']);
      const reference = location.searchParams.get('reference') ?? '';
      await customer.waitUntilToldPaid(reference);
      expect((await customer.getReceipt(reference)).body).toEqual({ phase: 'authorized', outcomes: ['paid'] });
    });

    test('a payment that nothing reported is found by the sweep, its alarm or its job', async () => {
      const customer = new Customer(shop.origin);
      await customer.pay();
      // The customer pays on the bank's page and closes the tab there.
      await customer.payOnAcsPage();
      expect((await customer.getReceipt()).body.outcomes).toEqual([]);
      expect(await customer.readReceipt()).toBe('Being checked');
      await shop.advanceClock();
      await shop.runSchedule();
      await customer.waitUntilToldPaid();
      expect(await customer.readReceipt()).toBe('Paid');
      expect(await customer.readReceipt('nobody')).toBe('Not found');
    });

    test('a customer who cancels reads that nothing was paid', async () => {
      const customer = new Customer(shop.origin);
      await customer.pay();
      expect(await customer.readReceipt()).toBe('Being checked');
      await customer.performAction('payment/leave', { to: 'cancel' });
      await customer.waitForPhase('cancelled');
      expect(await customer.readReceipt()).toBe('Not paid');
    });

    test('rejects incomplete forms, other origins, forged messages and unknown paths', async () => {
      const customer = new Customer(shop.origin);
      const wrongs = [{ item: 'gold' }, { order: '1' }, { attempt: 0 }, { attempt: '1' }];
      for (const wrong of wrongs) expect((await customer.pay(wrong)).status).toBe(400);
      const cardless = await customer.pay({ card: { card_number: '4' } });
      expect(cardless).toEqual({ status: 422, body: { problem: 'REQUEST_INVALID' } });

      await customer.pay();
      expect((await customer.performAction('otp/generate', {}, 'https://evil.example')).status).toBe(403);
      const forged = await fetch(`${shop.origin}/plural/webhook`, {
        method: 'POST',
        body: '{"type":"ORDER_PROCESSED"}',
      });
      expect(forged.status).toBe(403);
      const back = new URLSearchParams({ order_id: 'any', status: 'PROCESSED', signature: '0'.repeat(64) });
      const unverified = await fetch(`${shop.origin}/plural/return`, {
        method: 'POST',
        body: back,
        redirect: 'manual',
      });
      expect([unverified.status, unverified.headers.get('location')]).toEqual([
        303,
        expect.stringMatching(/unverified/),
      ]);
      for (const path of ['plural/nothing', 'plural/', 'nothing', 'thank-you?reference=nobody']) {
        expect([path, (await fetch(`${shop.origin}/${path}`)).status]).toEqual([path, 404]);
      }
    });

    test('logs neither card, OTP, session nor secret', () => {
      expect(shop.getOutput()).toMatch(/WEBHOOK_UNVERIFIED|RETURN_UNVERIFIED/);
      for (const secret of ['4012001037141112', '123456', 'v2.', ...Object.values(secrets).slice(1)]) {
        expect(shop.getOutput()).not.toContain(secret);
      }
    });
  });
}

const run = promisify(execFile);

// Type checks are slow on a busy machine.
describe('the recipes', { timeout: 180_000 }, () => {
  test('type-check with Bun’s own types', async () => {
    await expect(
      run(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'docs/recipes/bun')]),
    ).resolves.toBeDefined();
  });

  test('type-check in Deno', async () => {
    await expect(run(...denoCheck)).resolves.toBeDefined();
  });

  test('use for Deno the store of docs/stores.md, character by character', () => {
    const [example] = examples().filter(
      ({ where, code }) => where.startsWith('docs/stores.md') && /denoKvStore/.test(code),
    );
    expect(readFileSync(join(root, 'docs/recipes/deno-deploy/deno-kv-store.ts'), 'utf8')).toBe(example?.code);
  });

  test('are all on docs/recipes.md, with every file and setting', () => {
    const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
    const files = readdirSync(join(root, 'docs/recipes'), { withFileTypes: true });
    for (const file of files) expect(page).toContain(`(recipes/${file.name})`);
    const shop = readFileSync(join(root, 'docs/recipes/shop.ts'), 'utf8');
    const settings = shop.match(/(?:SHOP|PLURAL)_[A-Z_]+/g) ?? [];
    expect(new Set(settings).size).toBe(7);
    for (const setting of settings) expect(page).toContain(`\`${setting}\``);
    expect(page).toContain('The deploy step itself was not run');
  });

  test('serve a device-info.js that imports nothing', async () => {
    const file = join(root, 'packages/flow/dist/device-info.js');
    expect(readFileSync(join(root, 'docs/recipes.md'), 'utf8')).toContain("from '/device-info.js'");
    expect(readFileSync(file, 'utf8')).not.toMatch(/^import|\bimport\(|^export .* from/m);
    expect(await import(pathToFileURL(file).href)).toHaveProperty('collectDeviceInfo');
  });

  test('store a repeated verdict as one row, and the verdict that replaces it as another', async () => {
    const database = new DatabaseSync(':memory:');
    database.exec(createVerdictTable);
    const verdicts = sqlVerdicts(async (text, params) => database.prepare(text).all(...params));
    const common = { merchantOrderReference: 'order-1', paymentId: 'p1', amount: { value: 64_000, currency: 'INR' } };
    const failed = { ...common, key: 'p1:failed', outcome: 'failed' } as PaymentVerdict;
    const paid = { ...common, key: 'p1:paid', outcome: 'paid', supersedes: 'p1:failed' } as PaymentVerdict;
    for (const verdict of [failed, failed, paid, paid]) await verdicts.save(verdict);
    expect(await verdicts.listOutcomes('order-1')).toEqual(['failed', 'paid']);
    expect(await verdicts.listOutcomes('order-2')).toEqual([]);
    const migration = readFileSync(join(root, 'docs/recipes/cloudflare-workers/migrations/0001_verdicts.sql'), 'utf8');
    expect(migration.trim()).toBe(createVerdictTable);
  });

  test('report every missing setting at the start, and no value', () => {
    const { PLURAL_CLIENT_SECRET, ...rest } = { SHOP_ORIGIN: '', PLURAL_ENVIRONMENT: 'uat', ...secrets };
    expect(() => shopEnv(rest)).toThrow(/^Set SHOP_ORIGIN, PLURAL_CLIENT_SECRET$/);
    expect(shopEnv({ ...rest, SHOP_ORIGIN: 'https://shop.example', PLURAL_CLIENT_SECRET, PATH: '/bin' })).toEqual({
      ...rest,
      SHOP_ORIGIN: 'https://shop.example',
      PLURAL_CLIENT_SECRET,
    });
  });
});
