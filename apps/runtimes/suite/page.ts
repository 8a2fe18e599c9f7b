import { collectDeviceInfo, createOtpFlow, fetchTransport, type FlowStatus } from '@plural-otp/flow';
import { equal, type Cases } from './assert.ts';

const rightOtp = '123456';
const wrongOtp = '000000';

/** Takes a payment of this page's shop through its OTP step, over the network; gives the statuses it went through. */
async function pay(otps: string[]): Promise<FlowStatus[]> {
  const { session } = (await (await fetch('/start', { method: 'POST' })).json()) as { session: string };
  const flow = createOtpFlow({ transport: fetchTransport({ endpoint: '/plural', session }) });
  const seen: FlowStatus[] = [];
  const ended = new Promise<void>((resolve) => {
    flow.subscribe(({ status }) => {
      if (seen.at(-1) !== status) seen.push(status);
      if (status === 'awaitingOtp') flow.submit(otps.shift() ?? '');
      if (status === 'authorized') resolve();
    });
  });
  flow.start();
  await ended;
  flow.close();
  return seen;
}

/** What only a browser does: the flow with the platform's own fetch, to the handler that serves the page. */
export const pageCases: Cases = {
  'flow: from the start to authorized, over the network': async () => {
    const seen = await pay([rightOtp]);
    equal([seen.includes('submitting'), seen.at(-1)], [true, 'authorized'], 'statuses');
  },
  'flow: a wrong code is asked for again, and the right one ends in authorized': async () => {
    const seen = await pay([wrongOtp, rightOtp]);
    equal(
      [seen.filter((status) => status === 'awaitingOtp').length, seen.at(-1)],
      [2, 'authorized'],
      'times asked, and the end',
    );
  },
  'flow: an endpoint that redirects is never followed': async () => {
    const transport = fetchTransport({ endpoint: '/elsewhere', session: 's' });
    equal((await transport.submit(rightOtp, 'act', new AbortController().signal)).kind, 'unreachable', 'answer');
  },
  'flow: collectDeviceInfo gives every field as a text': async () => {
    const info = collectDeviceInfo();
    equal(
      Object.values(info).every((value) => typeof value === 'string' && value !== ''),
      true,
      'texts',
    );
    equal(Object.keys(info).length, 10, 'fields');
  },
};
