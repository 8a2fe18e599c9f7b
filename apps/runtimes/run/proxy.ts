// For runtimes with a console: a read and a write through an HTTP proxy, in the way that the runtime has for it.
import { createPlural, isPluralError, type Fetch } from '@plural-otp/core';
import { calls } from '../../../packages/core/test/support/plural-stub.ts';

const [way = '', baseUrl = '', proxyUrl = '', undiciPath = ''] = process.argv.slice(-4);

interface Undici {
  ProxyAgent: new (url: string) => object;
  fetch: Fetch;
}
interface DenoGlobal {
  createHttpClient(options: { proxy: { url: string } }): object;
}

async function fetchBy(): Promise<Fetch | undefined> {
  const through =
    (option: object): Fetch =>
    (request, init) =>
      fetch(request, { ...init, ...option });
  switch (way) {
    case 'dispatcher': {
      const { ProxyAgent } = (await import(undiciPath)) as Undici;
      return through({ dispatcher: new ProxyAgent(proxyUrl) });
    }
    case 'undici': {
      const undici = (await import(undiciPath)) as Undici;
      const dispatcher = new undici.ProxyAgent(proxyUrl);
      return (request, init) => undici.fetch(request, { ...init, dispatcher } as RequestInit);
    }
    case 'undici without a proxy':
      return ((await import(undiciPath)) as Undici).fetch;
    case 'bun':
      return through({ proxy: proxyUrl });
    case 'deno': {
      const { Deno } = globalThis as unknown as { Deno: DenoGlobal };
      return through({ client: Deno.createHttpClient({ proxy: { url: proxyUrl } }) });
    }
    default:
      return undefined;
  }
}

const plural = createPlural({
  environment: { baseUrl, insecureHost: 'plural.internal' },
  clientId: 'client-id',
  clientSecret: 'client-secret-canary',
  fetch: await fetchBy(),
  maxRetries: 0,
  timeoutMs: 5000,
});
const ends: string[] = [];
for (const name of ['getOrder', 'createPayment', 'cancelOrder'] as const) {
  ends.push(
    await calls[name].run(plural).then(
      () => 'done',
      (error: unknown) => (isPluralError(error) ? `${error.code} ${error.message}` : String(error)),
    ),
  );
}
console.log(JSON.stringify(ends));
process.exit(0);
