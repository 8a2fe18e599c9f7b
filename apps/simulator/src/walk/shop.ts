/** Builds everything a walk needs around its context: the sandbox, the store, the processes, the customers. */
import { createPlural } from '@plural-otp/core';
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { createSandbox, credentials, type Sandbox, scenarios } from '@plural-otp/sandbox';
import { Bank } from '../actors/bank.ts';
import { Customer } from '../actors/customer.ts';
import { Fleet } from '../actors/fleet.ts';
import { type CreateOptions, shopOrigin } from '../actors/isolate.ts';
import { Merchant } from '../actors/merchant.ts';
import { type Basket, ShopServer } from '../actors/shop-server.ts';
import { BankTruth } from '../checks/bank-truth.ts';
import { DeliveryCheck } from '../checks/deliveries.ts';
import { RecordCheck } from '../checks/records.ts';
import { SecretCheck } from '../checks/secrets.ts';
import { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import { BrowserNetwork } from '../network/browser-network.ts';
import { createPluralFetch, type PluralNetwork } from '../network/plural-network.ts';
import { createStoreClient } from '../network/store-client.ts';
import { addTransactions, createVersionKeepingStore, type OnCommit } from '../network/version-keeping-store.ts';
import { WebhookNetwork } from '../network/webhook-network.ts';
import type { Plan } from './plan.ts';

const sandboxOrigin = 'http://127.0.0.1:3001';
const account = {
  environment: { baseUrl: sandboxOrigin },
  clientId: credentials.clientId,
  clientSecret: credentials.clientSecret,
};

/** A shop with everything around it. */
export interface SimulatedShop {
  readonly context: WalkContext;
  readonly sandbox: Sandbox;
  readonly store: PaymentStore;
  readonly fleet: Fleet;
  readonly bank: Bank;
  readonly merchant: Merchant;
  readonly customers: readonly Customer[];
  readonly truth: BankTruth;
  readonly records: RecordCheck;
  readonly secrets: SecretCheck;
  readonly network: BrowserNetwork;
  readonly webhooks: WebhookNetwork;
  readonly upstream: UpstreamCheck;
}

/** Builds the shop of a walk and creates an order for each customer. */
export async function createShop(context: WalkContext): Promise<SimulatedShop> {
  const { time, newId, plan } = context;
  const now = (): number => time.nowMs;
  const sandbox: Sandbox = createSandbox({
    ...plan.swarm.sandbox,
    now,
    newId,
    origin: sandboxOrigin,
    webhookUrl: `${shopOrigin}/plural/webhook`,
    fetch: (request) => webhooks.send(request),
  });
  const truth = new BankTruth(sandbox);
  const secrets = new SecretCheck(context, sandbox);
  const upstream = new UpstreamCheck(context, sandbox);
  const deliveries = new DeliveryCheck(context, truth);
  const records = new RecordCheck(context, deliveries, secrets);
  const merchant = new Merchant(context, deliveries, secrets);
  const store = createStore(plan, now, (verdictKey) => merchant.onCommit(verdictKey));

  const plural: PluralNetwork = { context, sandbox, check: upstream, copies: new Map() };
  const webhooks = new WebhookNetwork(context, () => fleet);
  const createOptions: CreateOptions = (isolate) => ({
    plural: createPlural({
      ...account,
      now: isolate.now,
      newId,
      fetch: createPluralFetch(plural, isolate),
      onCall: (call) => secrets.scan('a call record', call),
    }),
    origin: shopOrigin,
    store: createStoreClient(context, isolate, store, records),
    returnSignature: { secretKey: credentials.returnSecretKey },
    returnPage: '/thanks',
    webhook: { secret: credentials.webhookSecret, onEvent: merchant.createObserver(isolate) },
    limits: plan.swarm.limits,
    onVerdict: !isolate.isSilent && merchant.createVerdictHook(isolate),
    onReturn: merchant.createObserver(isolate),
    onEvent: merchant.onEvent,
    onProblem: merchant.onProblem,
    now: isolate.now,
    newId,
  });
  const fleet: Fleet = new Fleet(context, createOptions);
  const network = new BrowserNetwork(context, fleet, secrets);
  const server = new ShopServer(context, network, upstream, secrets);

  const observer = createPlural({ ...account, now, newId, fetch: (request) => sandbox.fetch(request) });
  const bank = new Bank(context, sandbox, (orderId) => observer.getOrder(orderId));
  const customers: Customer[] = [];
  for (let number = 0; number < plan.swarm.customers; number += 1) {
    const name = `c${number}`;
    const basket = await createBasket(context, observer, name);
    customers.push(new Customer({ context, sandbox, network, server, upstream }, name, basket));
  }
  return {
    context,
    sandbox,
    store,
    fleet,
    bank,
    merchant,
    customers,
    truth,
    records,
    secrets,
    network,
    webhooks,
    upstream,
  };
}

function createStore({ swarm }: Plan, now: () => number, onCommit: OnCommit): PaymentStore {
  if (swarm.store === 'memory') return memoryStore({ now });
  const store = createVersionKeepingStore(now);
  return swarm.store === 'versions' ? store : addTransactions(store, now, onCommit);
}

async function createBasket(
  { random, trace, plan }: WalkContext,
  observer: ReturnType<typeof createPlural>,
  name: string,
): Promise<Basket> {
  const value = random.integer(100, 99_999);
  const preAuth = random.chance(0.15);
  const card = random.pick(scenarios);
  const { order_id: orderId } = await observer.createOrder({
    merchant_order_reference: `walk-${plan.seed}-${name}`,
    order_amount: { value, currency: 'INR' },
    pre_auth: preAuth,
    callback_url: `${shopOrigin}/plural/return`,
  });
  trace.add('C', name, `${orderId}${preAuth ? ', pre-authorized' : ''}, card "${card.title}"`);
  return { orderId, value, cardNumber: card.number };
}
