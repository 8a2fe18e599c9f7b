/** A sweeper of `sweepers.ts`: a handler over a real engine, and a Plural that says every order is paid. */

import { setTimeout as sleep } from 'node:timers/promises';
import { createPlural, type Order, type Plural } from '@plural-otp/core';
import { createOtpHandler, type PaymentStore } from '@plural-otp/edge';
import { redisStore, type RunScript } from '@plural-otp/edge/stores/redis';
import { sqlStore } from '@plural-otp/edge/stores/sql';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

/** What a sweeper is told to do; it answers with the number of verdicts it has delivered. */
export type SweeperTask = ({ do: 'open' } & StoreAddress) | { do: 'sweep' };

/** A store of the benchmark. Records of one prefix are those of one measurement; PostgreSQL is emptied between two. */
export interface StoreAddress {
  engine: 'redis' | 'postgres';
  port: number;
  prefix: string;
}

/** Milliseconds that Plural takes to answer. */
const pluralMs = 100;
const amount = { value: 35_000, currency: 'INR' };

const getOrder = (orderId: string, status: string): Order => ({
  order_id: orderId,
  status,
  merchant_order_reference: `reference-of-${orderId}`,
  order_amount: amount,
  challenge_url: 'http://127.0.0.1:1/acs?token=bench',
  payments: [
    {
      id: `${orderId}-p1`,
      status,
      payment_amount: amount,
      is_native_otp_supported: true,
      merchant_payment_reference: `${orderId}-1`,
    },
  ],
});

/** A shop that starts payments, and finds each of them paid `aheadMs` later. */
export interface SweepShop {
  start(orderId: string): Promise<void>;
  /** Sweeps until nothing is due; resolves to the number of verdicts that were delivered. */
  sweep(): Promise<number>;
}

/** Creates the shop; its clock is `aheadMs` ahead. */
export function createSweepShop(createStore: (now: () => number) => PaymentStore, aheadMs: number): SweepShop {
  const now = (): number => Date.now() + aheadMs;
  const client = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:1' },
    clientId: 'bench-client',
    clientSecret: 'bench-secret',
    fetch: () => Promise.reject(new Error('the bench has no network')),
  });
  const started = new Set<string>();
  const plural: Plural = {
    ...client,
    getCardDetails: () => Promise.reject(new Error('no card details')),
    async getOrder(orderId) {
      if (aheadMs === 0)
        return started.has(orderId) ? getOrder(orderId, 'PENDING') : { ...getOrder(orderId, 'CREATED'), payments: [] };
      await sleep(pluralMs);
      return getOrder(orderId, 'PROCESSED');
    },
    async createPayment(orderId) {
      started.add(orderId);
      return getOrder(orderId, 'PENDING');
    },
  };
  let delivered = 0;
  const handler = createOtpHandler({
    plural,
    origin: 'https://shop.example',
    store: createStore(now),
    now,
    onVerdict: () => void (delivered += 1),
  });
  return {
    async start(orderId) {
      await handler.startPayment({
        orderId,
        payment: {
          merchant_payment_reference: `${orderId}-1`,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: {
            card_details: {
              name: 'A',
              card_number: '4012001037141112',
              cvv: '123',
              expiry_month: '12',
              expiry_year: '2030',
            },
          },
          device_info: { browser_user_agent: 'bench', device_channel: 'browser' },
        },
      });
    },
    async sweep() {
      for (let more = true; more;) ({ more } = await handler.sweep());
      return delivered;
    },
  };
}

/** Runs a script by its SHA-1, as the client of docs/stores.md does. */
export const createRun =
  (client: Redis): RunScript =>
  (script, keys, args, sha1) =>
    client.evalsha(sha1, keys.length, ...keys, ...args).catch((error: Error) => {
      if (!error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(script, keys.length, ...keys, ...args);
    });

/** A connection to the engine of a store. */
export interface StoreConnection {
  createStore: (now: () => number) => PaymentStore;
  connect: () => Promise<unknown>;
  close: () => Promise<unknown>;
}

/** Connects to the engine of a store. */
export function connectStore({ engine, port, prefix }: StoreAddress): StoreConnection {
  if (engine === 'redis') {
    const client = new Redis(port, '127.0.0.1');
    return {
      createStore: (now) => redisStore(createRun(client), { now, prefix }),
      connect: () => client.ping(),
      close: async () => client.disconnect(),
    };
  }
  const pool = new Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 8 });
  // A connection that the server ends is opened again by the next query.
  pool.on('error', () => undefined);
  return {
    createStore: (now) =>
      sqlStore(async (text, params) => (await pool.query(text, [...params])).rows, { placeholder: '$', now }),
    connect: () => pool.query('SELECT 1'),
    close: () => pool.end(),
  };
}

if (process.argv.includes('--sweep')) {
  let shop: SweepShop | undefined;
  const perform = async (task: SweeperTask): Promise<number> => {
    if (task.do === 'sweep') return (await shop?.sweep()) ?? 0;
    const { createStore, connect } = connectStore(task);
    shop = createSweepShop(createStore, 120_000);
    // The connection is open before the time is taken.
    await connect();
    return 0;
  };
  process.on('message', (task: SweeperTask) => void perform(task).then((delivered) => process.send?.(delivered)));
}
