/** A tab with script: flow's own state machine over its own transport. */
import { createOtpFlow, fetchTransport, type OtpFlow } from '@plural-otp/flow';
import type { StartedPayment } from '@plural-otp/edge';
import { rightOtp, wrongOtp } from '../checks/secrets.ts';
import type { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import type { BrowserNetwork } from '../network/browser-network.ts';
import { createShopRequest } from '../network/browser-network.ts';
import { shopOrigin } from './isolate.ts';
import { submitOffers, type Tab, type TabAction } from './tab.ts';

/** A tab whose page runs the flow. */
export class ScriptTab implements Tab {
  readonly paymentId: string;
  readonly #clumsiness: number;
  readonly #flow: OtpFlow;
  readonly #upstream: UpstreamCheck;
  #isLeaving = false;
  #isAway = false;

  constructor(
    context: WalkContext,
    network: BrowserNetwork,
    upstream: UpstreamCheck,
    { paymentId, client }: Pick<StartedPayment, 'paymentId' | 'client'>,
    clumsiness: number,
  ) {
    this.paymentId = paymentId;
    this.#clumsiness = clumsiness;
    this.#upstream = upstream;
    const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const body = typeof init?.body === 'string' ? init.body : '';
      const { idempotencyKey } = JSON.parse(body) as { idempotencyKey?: string };
      const request = createShopRequest(
        new URL(url instanceof Request ? url.url : url).pathname,
        'application/json',
        body,
      );
      return network.send(request, idempotencyKey, false);
    };
    // Browsers fire the timers of a tab that nobody looks at late.
    const slowness = context.random.pick([1, 3, 10]);
    this.#flow = createOtpFlow({
      transport: fetchTransport({ endpoint: `${shopOrigin}/plural`, session: client.session, fetch }),
      view: client.view,
      now: () => context.time.nowMs,
      newId: context.newId,
      timers: {
        setTimeout: (run, afterMs) => context.time.setTimeout(run, afterMs * slowness),
        clearTimeout: context.time.clearTimeout,
      },
    });
    upstream.onOpen(paymentId);
    this.#flow.start();
  }

  get status(): string {
    return this.#flow.state.status;
  }

  get isOver(): boolean {
    return ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(this.status);
  }

  get bankUrl(): string | undefined {
    return this.#isLeaving ? this.#flow.state.challengeUrl : undefined;
  }

  offers(): readonly (readonly [number, TabAction])[] {
    if (this.#isAway) return [[1, 'show']];
    const { next } = this.#flow.state;
    return [
      ...(next.includes('submit') ? submitOffers(this.#clumsiness) : []),
      ...(next.includes('resend') ? ([[2, 'resend']] as const) : []),
      ...(next.includes('redirect') ? ([[2, 'bank']] as const) : []),
      [2, 'check'],
      [0.5, 'cancel'],
      [0.5, 'hide'],
      [0.5, 'offline'],
    ];
  }

  act(action: TabAction): void {
    const flow = this.#flow;
    switch (action) {
      case 'right':
      case 'wrong':
        return flow.submit(action === 'right' ? rightOtp : wrongOtp);
      case 'malformed':
        return flow.submit('12 34');
      case 'twice':
      case 'wrongTwice': {
        const otp = action === 'twice' ? rightOtp : wrongOtp;
        flow.submit(otp);
        return flow.submit(otp);
      }
      case 'resend':
        this.#upstream.onPress(this.paymentId);
        return flow.resend();
      case 'bank':
        this.#isLeaving = true;
        return flow.redirect();
      case 'cancel':
        return flow.cancel();
      case 'check':
        return flow.check();
      case 'hide':
        this.#isAway = true;
        return flow.notify('hidden');
      case 'show':
        this.#isAway = this.#isLeaving = false;
        flow.notify('restored');
        flow.notify('visible');
        return flow.notify('online');
      default:
        this.#isAway = true;
        return flow.notify('offline');
    }
  }

  close(): void {
    this.#flow.close();
  }
}
