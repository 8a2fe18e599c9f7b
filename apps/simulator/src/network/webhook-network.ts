/** The way of webhooks to the shop: lost, doubled, late, and so also out of order. */
import type { Fleet } from '../actors/fleet.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';

const longestDelayMs = 2 * 3_600_000;

/** Carries webhooks, and notes which orders the shop answered for. */
export class WebhookNetwork {
  readonly #context: WalkContext;
  readonly #fleet: () => Fleet;
  readonly #answeredAtMs = new Map<string, number>();

  /** @param fleet - Asked with each webhook, because the sandbox exists before the processes do. */
  constructor(context: WalkContext, fleet: () => Fleet) {
    this.#context = context;
    this.#fleet = fleet;
  }

  /** Returns true when a process answered 2xx to a webhook about this order at or after a time. */
  wasAnswered(orderId: string, sinceMs: number): boolean {
    return (this.#answeredAtMs.get(orderId) ?? -Infinity) >= sinceMs;
  }

  /** The fetch function that the sandbox sends webhooks with. */
  send = async (request: Request): Promise<Response> => {
    const context = this.#context;
    const { time, random, trace } = context;
    const sendLater = (ms: number): void => {
      const copy = request.clone();
      time.setTimeout(() => void this.#deliver(copy).catch(() => undefined), ms);
    };
    if (context.fault('webhookLost')) {
      trace.add('W', '', 'webhook lost');
      throw new TypeError('connection reset');
    }
    if (context.fault('webhookLate')) {
      sendLater(random.integer(1000, longestDelayMs));
      return new Response(null, { status: 202 });
    }
    if (context.fault('webhookDoubled')) sendLater(random.integer(0, 5000));
    return this.#deliver(request);
  };

  async #deliver(request: Request): Promise<Response> {
    const { time, random, trace } = this.#context;
    const body = await request.clone().text();
    await time.sleep(random.integer(1, 300));
    const isolate = this.#fleet().pick();
    if (!isolate) throw new TypeError('connection refused');
    const response = await isolate.serve(({ handler }) => handler.fetch(request));
    const { data } = JSON.parse(body) as { data: { order_id?: string; orderId?: string } };
    const orderId = data.order_id ?? data.orderId ?? '';
    trace.add('W', isolate.name, `webhook for ${shortId(orderId)} ${response.status}`);
    if (response.ok) this.#answeredAtMs.set(orderId, time.nowMs);
    return response;
  }
}
