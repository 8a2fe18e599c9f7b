import { routes } from '@plural-otp/flow/contract';
import type { Answer } from '../backend.ts';
import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import { signedReturn } from '../signatures.ts';
import type { World } from '../context.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'cross-site' };

const post = (world: World, fields: URLSearchParams | string): Promise<Answer> =>
  world.backend.send(routes.return, { headers: form, body: String(fields) });

const signed = (world: World, { orderId }: Customer, more: Record<string, string> = {}): Promise<URLSearchParams> =>
  signedReturn({ order_id: orderId, status: 'PROCESSED', ...more }, world.sandbox.returnSecretKey);

/** A return is always answered with the shop's own page, and never with anything that came with it. */
function onward(answer: Answer, world: World, { orderId, paymentId, session }: Customer): void {
  hold(answer.status === 303, 'a 303 to the shop’s page', `${answer.status}`);
  const location = new URL(answer.headers.get('location') ?? '', `${world.origin}/`);
  hold(!location.host.includes('evil'), 'a page of the shop’s configuration', location.href);
  for (const secret of [orderId, paymentId, session])
    hold(!decodeURIComponent(location.href).includes(secret), 'an address without ids and session', location.href);
}

/** The customer comes back from the bank's page. */
export const returning: readonly Case[] = group('returns', {
  'a signed return goes on to the shop’s page, and the order is read': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    onward(await post(world, await signed(world, customer)), world, customer);
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase, with the order no longer readable', (await customer.look()).phase, 'authorized');
  },
  'a return that comes by GET is one too': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    const fields = await signed(world, customer);
    onward(await world.backend.send(`${routes.return}?${fields}`, { method: 'GET' }), world, customer);
    await customer.sees('authorized');
  },
  'a signed return that says paid proves nothing: the order decides': async (world) => {
    const customer = await world.prompted();
    onward(await post(world, await signed(world, customer)), world, customer);
    expectOneOf('the phase', (await customer.look()).phase, 'awaitingOtp');
  },
  'a signed return that says failed takes nothing back': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
    onward(await post(world, await signed(world, customer, { status: 'FAILED' })), world, customer);
    expectOneOf('the phase', (await customer.look()).phase, 'authorized');
  },
  'a forged return changes nothing, and the customer still sees the shop’s page': async (world) => {
    const customer = await world.prompted();
    const good = await signed(world, customer);
    const before = await customer.look();
    const forged: (string | URLSearchParams)[] = [
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: 'A'.repeat(64) }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED' }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: '' }),
      new URLSearchParams({ ...Object.fromEntries(good), status: 'FAILED' }),
      `${good}&order_id=v1-other`,
      'order_id=%FF%FE&status=PROCESSED&signature=00',
      '',
    ];
    for (const fields of forged) onward(await post(world, fields), world, customer);
    const after = await customer.look();
    expectOneOf(
      'the step',
      [after.phase, after.attempts, after.leftForBank],
      [before.phase, before.attempts, before.leftForBank],
    );
  },
  'the signature is of the fields as they were signed, values decoded': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    const fields = await signed(world, customer, { error_message: 'naïve & co = 100 %+ ok', empty: '' });
    onward(await post(world, fields), world, customer);
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.look()).phase, 'authorized');
  },
  'a return told again does nothing twice': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.rightOtp);
    const { reference } = await customer.sees('authorized');
    const fields = await signed(world, customer);
    for (let again = 0; again < 3; again += 1) onward(await post(world, fields), world, customer);
    expectOneOf('verdicts', await world.hook.verdictsOf(reference), ['paid']);
  },
  'a return never leads where its fields say': async (world) => {
    const customer = await world.prompted();
    const more = { returnPage: 'https://evil.example/', redirect: 'https://evil.example/', next: '//evil.example' };
    onward(await post(world, await signed(world, customer, more)), world, customer);
  },
  'a return of an order nobody knows goes on to the shop’s page': async (world) => {
    const customer = await world.start();
    const fields = await signedReturn({ order_id: 'v1-unknown', status: 'PROCESSED' }, world.sandbox.returnSecretKey);
    onward(await post(world, fields), world, customer);
  },
});
