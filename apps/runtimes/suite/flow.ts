import { createOtpFlow, fetchTransport, type FlowStatus } from '@plural-otp/flow';
import { equal, type Cases } from './assert.ts';
import { cardPayment, rightOtp, createFixtures } from './fixtures.ts';

export const flowCases: Cases = {
  'flow: from the start to authorized, over the handler': async () => {
    const { handler, createOrder: order } = createFixtures();
    const { client } = await handler.startPayment({ orderId: await order(), payment: cardPayment });
    const origin = 'http://127.0.0.1:3000';
    const transport = fetchTransport({
      endpoint: `${origin}/plural`,
      session: client.session,
      fetch: (input, init) => {
        // Browsers send the origin themselves, and workerd knows no `redirect: 'error'`.
        const request = new Request(input, { ...init, redirect: 'manual' });
        request.headers.set('origin', origin);
        return handler.fetch(request);
      },
    });
    const flow = createOtpFlow({ transport });
    const seen: FlowStatus[] = [];
    const ended = new Promise<void>((resolve) => {
      flow.subscribe(({ status }) => {
        if (seen.at(-1) !== status) seen.push(status);
        if (status === 'awaitingOtp') flow.submit(rightOtp);
        if (status === 'authorized') resolve();
      });
    });
    flow.start();
    await ended;
    flow.close();
    equal(seen.slice(-4), ['awaitingOtp', 'submitting', 'confirming', 'authorized'], 'statuses');
  },
};
