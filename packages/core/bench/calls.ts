/** Cost of a call relative to the HTTP client it uses, over one loopback server in a separate process. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createPlural } from '@plural-otp/core';
import ky from 'ky';
import { Stripe } from 'stripe';
import type { Contender } from './compare.ts';

export interface CallBench {
  /** ky with core's options, sending the same request. */
  baseline: Contender;
  contenders: Contender[];
  close(): void;
}

export async function callBench(): Promise<CallBench> {
  const server = fork(new URL('server.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(server, 'message')) as [number];
  const baseUrl = `http://127.0.0.1:${port}`;
  const url = `${baseUrl}/api/pay/v1/orders/o-1`;
  const headers = (): Record<string, string> => ({
    accept: 'application/json',
    authorization: 'Bearer token',
    'request-id': crypto.randomUUID(),
    'request-timestamp': new Date().toISOString(),
  });
  const plural = createPlural({ environment: { baseUrl }, clientId: 'id', clientSecret: 'secret' });
  const stripe = new Stripe('sk_test_bench', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(),
  });
  const bare = { retry: 0, timeout: false, throwHttpErrors: false, redirect: 'manual' } as const;
  return {
    baseline: { name: 'ky alone, the same request', run: () => ky.get(url, { ...bare, headers: headers() }).json() },
    contenders: [
      { name: 'core getOrder', run: () => plural.getOrder('o-1') },
      { name: 'bare fetch, the same request', run: async () => (await fetch(url, { headers: headers() })).json() },
      { name: 'stripe customers.retrieve (fetch)', run: () => stripe.customers.retrieve('cus_1') },
    ],
    close: () => void server.kill(),
  };
}
