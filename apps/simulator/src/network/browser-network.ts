/** The network between customers and the shop: each request reaches any process, or none. */
import type { Fleet } from '../actors/fleet.ts';
import { type Isolate, shopOrigin } from '../actors/isolate.ts';
import type { SecretCheck } from '../checks/secrets.ts';
import type { WalkContext } from '../context.ts';

const longestTravelMs = 8000;

/** Carries requests of browsers, of the bank's page and of Plural's webhooks to the shop. */
export class BrowserNetwork {
  readonly #context: WalkContext;
  readonly #fleet: Fleet;
  readonly #secrets: SecretCheck;

  constructor(context: WalkContext, fleet: Fleet, secrets: SecretCheck) {
    this.#context = context;
    this.#fleet = fleet;
    this.#secrets = secrets;
  }

  /**
   * Has a process do something for a customer.
   *
   * @throws {TypeError} when the request or its response is lost.
   */
  async reach<T>(idempotencyKey: string | undefined, work: (isolate: Isolate) => Promise<T>): Promise<T> {
    const context = this.#context;
    const { time, random } = context;
    const travel = (): Promise<void> =>
      time.sleep(context.fault('browserLate') ? random.integer(0, longestTravelMs) : random.integer(1, 120));
    context.counts.requests += 1;
    await travel();
    if (context.fault('browserLostBefore')) throw new TypeError('network error');
    const isolate = this.#fleet.pick();
    if (!isolate) throw new TypeError('connection refused');
    const result = await context.requests.run({ idempotencyKey }, () => isolate.serve(work));
    if (context.fault('browserLostAfter')) throw new TypeError('network error');
    await travel();
    return result;
  }

  /** Sends a request of a page of the shop, and scans the response. */
  async send(request: Request, idempotencyKey: string | undefined, usePage: boolean): Promise<Response> {
    const fetch = ({ handler, page }: Isolate, sent: Request): Promise<Response> =>
      (usePage ? page : handler).fetch(sent, { waitUntil: () => undefined });
    if (this.#context.fault('browserRepeated')) {
      const copy = request.clone();
      this.#context.time.setTimeout(
        () => void this.reach(idempotencyKey, (isolate) => fetch(isolate, copy)).catch(() => undefined),
        this.#context.random.integer(0, 5000),
      );
    }
    const response = await this.reach(idempotencyKey, (isolate) => fetch(isolate, request));
    const text = await response.text();
    this.#secrets.scan('a response', [text, ...response.headers.values()]);
    return new Response(text === '' ? null : text, { status: response.status, headers: response.headers });
  }
}

/** Creates a request as a page of the shop sends it. */
export const createShopRequest = (path: string, contentType: string, body: string, origin = shopOrigin): Request =>
  new Request(`${shopOrigin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'sec-fetch-site': origin === shopOrigin ? 'same-origin' : 'cross-site',
      origin,
    },
    body,
  });
