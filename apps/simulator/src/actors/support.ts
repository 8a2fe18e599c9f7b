/** Somebody who knows a payment's reference, from a URL or the telephone, and tries to act with the session it opens. */
import { rightOtp, type SecretCheck } from '../checks/secrets.ts';
import type { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import { type BrowserNetwork, createShopRequest } from '../network/browser-network.ts';
import type { Merchant } from './merchant.ts';

/** Parts of a walk that the holder of a reference reaches. */
interface Reach {
  readonly context: WalkContext;
  readonly network: BrowserNetwork;
  readonly merchant: Merchant;
  readonly upstream: UpstreamCheck;
  readonly secrets: SecretCheck;
}

/** Opens a reference and tries an action with its session, which must reach nobody. */
export async function tryReference({ context, network, merchant, upstream, secrets }: Reach): Promise<void> {
  const { references } = merchant;
  if (references.length === 0) return;
  const { random } = context;
  const reference = random.pick(references);
  const action = random.pick(['submit', 'generate', 'resend']);
  const idempotencyKey = context.newId();
  upstream.forbid(idempotencyKey);
  try {
    const opened = await network.reach(undefined, ({ handler }) => handler.openReference(reference));
    if (!opened) return;
    context.trace.add('C', '', `opens reference ${reference} and tries ${action}`);
    const { session } = opened.client;
    const body = JSON.stringify({ session, idempotencyKey, ...(action === 'submit' && { otp: rightOtp }) });
    await network.send(createShopRequest(`/plural/otp/${action}`, 'application/json', body), idempotencyKey, false);
  } catch (error) {
    secrets.scan('an error', error);
  }
}
