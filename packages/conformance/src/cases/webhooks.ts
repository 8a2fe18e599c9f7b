import { routes } from '@plural-otp/flow/contract';
import type { Answer } from '../backend.ts';
import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import { webhookHeaders } from '../signatures.ts';
import type { World } from '../context.ts';

interface Event {
  type?: string;
  orderId: string;
  id?: string;
  ageSeconds?: number;
  secret?: string;
  /** The other spelling of the envelope. */
  camelCase?: boolean;
  /** Sent in place of the body that was signed. */
  tampered?: string;
}

const origins = { origin: undefined, 'sec-fetch-site': undefined };

async function deliver(world: World, event: Event): Promise<Answer> {
  const { type = 'ORDER_PROCESSED', orderId, ageSeconds = 0, secret = world.sandbox.webhookSecret } = event;
  const data = { order_id: orderId, status: 'PROCESSED' };
  const body = JSON.stringify({ [event.camelCase ? 'eventType' : 'event_type']: type, data });
  const atSeconds = Math.floor((await world.nowMs()) / 1000) - ageSeconds;
  const headers = await webhookHeaders(body, { id: event.id ?? crypto.randomUUID(), atSeconds, secret });
  return world.backend.send(routes.webhook, { headers: { ...origins, ...headers }, body: event.tampered ?? body });
}

const taken = ({ status }: Answer): void => hold(status >= 200 && status < 300, '2xx', status);
const refused = ({ status }: Answer): void => hold(status >= 400 && status < 500, 'a refusal, 4xx', status);

/** Plural tells that something happened. */
export const webhooks: readonly Case[] = group('webhooks', {
  'a signed event has the order read, with no page open': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    taken(await deliver(world, customer));
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase, with the order no longer readable', (await customer.look()).phase, 'authorized');
  },
  'the other spelling of the envelope is read too': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    taken(await deliver(world, { ...customer, camelCase: true }));
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.look()).phase, 'authorized');
  },
  'a signed event that says paid proves nothing: the order decides': async (world) => {
    const customer = await world.prompted();
    taken(await deliver(world, customer));
    expectOneOf('the phase', (await customer.look()).phase, 'awaitingOtp');
  },
  'an event of another secret is refused, and no order is read for it': async (world) => {
    const customer = await world.prompted();
    const before = (await world.sandbox.counts())['getOrder'] ?? 0;
    refused(await deliver(world, { ...customer, secret: 'another' }));
    refused(await deliver(world, { ...customer, tampered: '{"event_type":"ORDER_PROCESSED","data":{}}' }));
    refused(await world.backend.send(routes.webhook, { headers: origins, body: { event_type: 'ORDER_PROCESSED' } }));
    expectOneOf('orders read', ((await world.sandbox.counts())['getOrder'] ?? 0) - before, 0);
  },
  'an event of ten minutes ago is refused': async (world) => {
    refused(await deliver(world, { ...(await world.prompted()), ageSeconds: 600 }));
  },
  'an event of ten minutes ahead is refused': async (world) => {
    refused(await deliver(world, { ...(await world.prompted()), ageSeconds: -600 }));
  },
  'an event told three times does nothing twice': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    const id = crypto.randomUUID();
    for (let again = 0; again < 3; again += 1) taken(await deliver(world, { ...customer, id }));
    const { reference } = await customer.sees('authorized');
    expectOneOf('verdicts', await world.hook.verdictsOf(reference), ['paid']);
  },
  'events of other types and unknown orders are taken and change nothing': async (world) => {
    const customer = await world.prompted();
    taken(await deliver(world, { ...customer, type: 'TOKEN_ACTIVATED' }));
    taken(await deliver(world, { orderId: 'v1-unknown' }));
    expectOneOf('the phase', (await customer.look()).phase, 'awaitingOtp');
  },
  'an event while the order cannot be read is asked for again': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    const { status } = await deliver(world, customer);
    hold(status === 202 || status >= 500, '5xx, or 202 where the backend looks again by itself', status);
    await world.sandbox.restore();
    taken(await deliver(world, customer));
    await customer.sees('authorized');
  },
});
