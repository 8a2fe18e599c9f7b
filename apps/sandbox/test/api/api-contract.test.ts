import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox } from '../../src/index.ts';
import { listen, type ListeningSandbox } from '../../src/listen.ts';
import { apiContract } from '../support/api-contract.ts';
import { Merchant } from '../support/merchant.ts';

// Each rule over two carriers: the plain handler, and a socket on loopback.
describe.each(['fetch handler', 'listening server'])('over the %s', (carrier) => {
  const sandbox = createSandbox();
  let server: ListeningSandbox | undefined;
  let merchant: Merchant;
  beforeAll(async () => {
    if (carrier === 'listening server') server = await listen(sandbox, 0);
    merchant =
      server === undefined
        ? new Merchant((request) => sandbox.fetch(request))
        : new Merchant((request) => fetch(request), server.origin);
    await merchant.signIn();
  });
  afterAll(() => server?.close());

  test.each(Object.entries(apiContract))('%s', async (_, rule) => expect(await rule(merchant)).toBeUndefined());
});
