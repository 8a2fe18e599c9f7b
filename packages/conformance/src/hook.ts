import type { PaymentView } from '@plural-otp/flow/contract';
import { Skipped } from './assert.ts';

/**
 * What a backend under test offers beside the contract, below one address and only in front of a sandbox. Each is a
 * POST of a JSON object, told apart by its one member:
 *
 * - `{ card }` makes an order and a payment with that card number, as the shop would, and answers `{ session, view }`;
 * - `{ advanceSeconds }` sets the backend's clock ahead and answers `{ nowMs }`, that clock in epoch ms (optional);
 * - `{ verdictsOf: reference }` answers `{ verdicts }`: the outcome of each time the shop was told, in order (optional).
 *
 * What is not offered is answered 404.
 */
export interface Hook {
  start(card: string): Promise<{ session: string; view: PaymentView }>;
  /** The backend's clock after that, epoch ms; `undefined` when it cannot be set. */
  advance(seconds: number): Promise<number | undefined>;
  /** Throws `Skipped` where the hook does not offer it. */
  getVerdicts(reference: string): Promise<readonly string[]>;
}

const notOffered: ReadonlySet<number> = new Set([400, 404, 405, 501]);

export function createHook(url: string, fetch: typeof globalThis.fetch): Hook {
  async function post(deed: object): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(deed),
    });
    const text = await response.text();
    if (notOffered.has(response.status)) return undefined;
    if (!response.ok) throw new Error(`the hook answered ${Object.keys(deed).join()} with ${response.status}`);
    return text === '' ? {} : (JSON.parse(text) as unknown);
  }
  return {
    async start(card) {
      const started = (await post({ card })) as { session: string; view: PaymentView } | undefined;
      if (typeof started?.session !== 'string') throw new Error('the hook did not answer { session, view }');
      return started;
    },
    async advance(advanceSeconds) {
      const moved = (await post({ advanceSeconds })) as { nowMs?: number } | undefined;
      if (moved !== undefined && typeof moved.nowMs !== 'number') throw new Error('the hook did not answer { nowMs }');
      return moved?.nowMs;
    },
    async getVerdicts(reference) {
      const told = (await post({ verdictsOf: reference })) as { verdicts?: readonly string[] } | undefined;
      if (!Array.isArray(told?.verdicts)) throw new Skipped('the hook does not offer verdictsOf');
      return told.verdicts;
    },
  };
}
