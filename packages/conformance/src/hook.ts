/** Client of the conformance hook: the test-only endpoint that a backend under test offers. */
import type { PaymentView } from '@plural-otp/flow/contract';
import { Skipped } from './assert.ts';

/**
 * The hook is one URL outside the contract, offered only when the backend runs against a sandbox. Each request is a
 * POST of a JSON object with one member:
 *
 * - `{ card }` creates an order and a payment with that card number, as the shop would, and returns
 *   `{ session, view }`;
 * - `{ advanceSeconds }` advances the backend's clock and returns `{ nowMs }`, that clock in epoch ms (optional);
 * - `{ verdictsOf: reference }` returns `{ verdicts }`: the outcome of each verdict that was delivered to the shop, in
 *   order (optional).
 *
 * A request that is not offered gets a 404.
 */
export interface Hook {
  start(card: string): Promise<{ session: string; view: PaymentView }>;
  /** Advances the backend's clock and returns it (epoch ms), or `undefined` where the hook does not offer that. */
  advance(seconds: number): Promise<number | undefined>;
  /** @throws {Skipped} where the hook does not offer it. */
  getVerdicts(reference: string): Promise<readonly string[]>;
}

const notOffered: ReadonlySet<number> = new Set([400, 404, 405, 501]);

export function createHook(url: string, fetch: typeof globalThis.fetch): Hook {
  async function post(request: object): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const text = await response.text();
    if (notOffered.has(response.status)) return undefined;
    if (!response.ok) throw new Error(`the hook responded to ${Object.keys(request).join()} with ${response.status}`);
    return text === '' ? {} : (JSON.parse(text) as unknown);
  }
  return {
    async start(card) {
      const started = (await post({ card })) as { session: string; view: PaymentView } | undefined;
      if (typeof started?.session !== 'string') throw new Error('the hook did not return { session, view }');
      return started;
    },
    async advance(advanceSeconds) {
      const clock = (await post({ advanceSeconds })) as { nowMs?: number } | undefined;
      if (clock !== undefined && typeof clock.nowMs !== 'number') throw new Error('the hook did not return { nowMs }');
      return clock?.nowMs;
    },
    async getVerdicts(reference) {
      const found = (await post({ verdictsOf: reference })) as { verdicts?: readonly string[] } | undefined;
      if (!Array.isArray(found?.verdicts)) throw new Skipped('the hook does not offer verdictsOf');
      return found.verdicts;
    },
  };
}
