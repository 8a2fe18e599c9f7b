/** Client of the conformance hook: the test-only endpoint that a backend under test offers. */
import type { PaymentView } from '@plural-otp/flow/contract';
import { Skipped } from './assert.ts';
import type { Send } from './send.ts';
import { sleep } from './sleep.ts';

/** A start by the shop: which card, and for a start that is repeated which order and attempt. */
export interface StartRequest {
  card: string;
  /** The shop's reference of the order. The same order and attempt are the same payment. */
  order?: string;
  /** @default 1 */
  attempt?: number;
}

export interface StartResult {
  session: string;
  view: PaymentView;
}

/**
 * The hook is one URL outside the contract, offered only when the backend runs against a sandbox. Each request is a
 * POST of a JSON object; docs/contract.md describes them. A request that is not offered gets a 404.
 */
export interface Hook {
  /** Cookies that the hook's responses set, as `name=value`. */
  readonly cookies: ReadonlySet<string>;
  /** @throws {Error} when the hook does not start a payment. */
  start(request: StartRequest): Promise<StartResult>;
  /** Starts a payment, and returns `undefined` when the shop refuses to or cannot say what became of it. */
  tryStart(request: StartRequest): Promise<StartResult | undefined>;
  /** Advances the backend's clock and returns it (epoch ms), or `undefined` where the hook does not offer that. */
  advance(seconds: number): Promise<number | undefined>;
  /** @throws {Skipped} where the hook does not offer it. */
  getVerdicts(reference: string): Promise<readonly string[]>;
  /** Opens a payment by its reference, as support staff or a page with the reference in its URL do. @throws {Skipped} where the hook does not offer it. */
  openReference(reference: string): Promise<StartResult>;
  /**
   * Lets the shop fail to take the next verdicts; with `crash` the backend ends while it does, where the hook offers that.
   *
   * @throws {Skipped} where the hook does not offer it.
   */
  rejectVerdicts(count: number, options?: { crash?: boolean }): Promise<void>;
  /** Runs the backend's sweep. @throws {Skipped} where the hook does not offer it. */
  sweep(): Promise<void>;
  /** Ends the backend as a crash would, and waits until it responds again. @throws {Skipped} where the hook does not offer it. */
  restart(): Promise<void>;
  /** Runs what ends the backend, and waits until it responds again. */
  endBy(act: () => Promise<unknown>): Promise<void>;
}

const notOffered: ReadonlySet<number> = new Set([400, 404, 405, 501]);
const restartPollMs = 100;
const maxRestartPolls = 600;

export function createHook(url: string, send: Send): Hook {
  const cookies = new Set<string>();
  async function post(request: object, repeats = true): Promise<{ status: number; value: unknown }> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) };
    const response = await send(url, init, { repeats });
    for (const cookie of response.headers.getSetCookie()) cookies.add(cookie.split(';', 1)[0] ?? '');
    const text = await response.text();
    return { status: response.status, value: response.ok && text !== '' ? (JSON.parse(text) as unknown) : {} };
  }
  /** Returns the response, or `undefined` for a request that the hook does not offer. */
  async function ask(request: object): Promise<unknown> {
    const { status, value } = await post(request);
    if (notOffered.has(status)) return undefined;
    if (status < 200 || status > 299)
      throw new Error(`the hook responded to ${Object.keys(request).join()} with ${status}`);
    return value;
  }
  const toStarted = (value: unknown): StartResult => {
    const started = value as StartResult | undefined;
    if (typeof started?.session !== 'string') throw new Error('the hook did not return { session, view }');
    return started;
  };
  async function endBy(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // A crash gives no response.
      if (!(error instanceof TypeError)) throw error;
    }
    for (let poll = 0; poll < maxRestartPolls; poll += 1) {
      try {
        await post({ advanceSeconds: 0 }, false);
        return;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        await sleep(restartPollMs);
      }
    }
    throw new Error('the backend did not respond again after a restart');
  }
  return {
    cookies,
    endBy,
    start: async (request) => toStarted(await ask(request)),
    async tryStart(request) {
      const { status, value } = await post(request);
      return status === 200 ? toStarted(value) : undefined;
    },
    async advance(advanceSeconds) {
      const clock = (await ask({ advanceSeconds })) as { nowMs?: number } | undefined;
      if (clock !== undefined && typeof clock.nowMs !== 'number') throw new Error('the hook did not return { nowMs }');
      return clock?.nowMs;
    },
    async getVerdicts(reference) {
      const found = (await ask({ verdictsOf: reference })) as { verdicts?: readonly string[] } | undefined;
      if (!Array.isArray(found?.verdicts)) throw new Skipped('the hook does not offer verdictsOf');
      return found.verdicts;
    },
    async openReference(reference) {
      const opened = await ask({ openReference: reference });
      if (opened === undefined) throw new Skipped('the hook does not offer openReference');
      return toStarted(opened);
    },
    async rejectVerdicts(count, { crash = false } = {}) {
      if ((await ask({ rejectVerdicts: count, ...(crash && { crash }) })) === undefined)
        throw new Skipped('the hook does not offer rejectVerdicts');
    },
    async sweep() {
      if ((await ask({ sweep: true })) === undefined) throw new Skipped('the hook does not offer sweep');
    },
    restart: () =>
      endBy(async () => {
        const { status } = await post({ restart: true }, false);
        if (notOffered.has(status)) throw new Skipped('the hook does not offer restart');
      }),
  };
}
