/** The merchant's own routes: they start a payment, resume it after a reload, and look a reference up. */
import { deviceInfoFrom, isPluralError, type PaymentRequest } from '@plural-otp/core';
import type { StartedPayment } from '@plural-otp/edge';
import { cvv, type SecretCheck } from '../checks/secrets.ts';
import type { UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import type { BrowserNetwork } from '../network/browser-network.ts';
import { shortId } from '../report/trace.ts';
import type { Isolate } from './isolate.ts';

/** Order of a customer, and the card that pays it. */
export interface Basket {
  readonly orderId: string;
  /** Amount in paise. */
  readonly value: number;
  readonly cardNumber: string;
}

/** A payment the shop opened for a page, and the process that did. */
export interface OpenedPayment {
  readonly started: StartedPayment;
  readonly isolate: Isolate;
}

/** The routes of the shop that are not the kit's. */
export class ShopServer {
  readonly #context: WalkContext;
  readonly #network: BrowserNetwork;
  readonly #upstream: UpstreamCheck;
  readonly #secrets: SecretCheck;

  constructor(context: WalkContext, network: BrowserNetwork, upstream: UpstreamCheck, secrets: SecretCheck) {
    this.#context = context;
    this.#network = network;
    this.#upstream = upstream;
    this.#secrets = secrets;
  }

  /** Starts a payment. Resolves to `undefined` when that failed, whatever the reason. */
  start(who: string, basket: Basket, reference: string, evenIfUndecided: boolean): Promise<OpenedPayment | undefined> {
    const { orderId, value, cardNumber } = basket;
    const payment: PaymentRequest = {
      merchant_payment_reference: reference,
      payment_method: 'CARD',
      payment_amount: { value, currency: 'INR' },
      payment_option: {
        card_details: { name: 'A Customer', card_number: cardNumber, cvv, expiry_month: '12', expiry_year: '2030' },
      },
      device_info: deviceInfoFrom(new Request('https://shop.example/pay', { headers: { 'user-agent': 'simulated' } })),
    };
    return this.#open(who, `start ${reference}${evenIfUndecided ? ' even if undecided' : ''}`, (isolate) => {
      const onUnknown = this.#upstream.onStart(orderId, reference, evenIfUndecided);
      return isolate.handler.startPayment({ orderId, payment, evenIfUndecided }).catch((error: unknown) => {
        if (isPluralError(error) && error.outcome === 'unknown') onUnknown();
        throw error;
      });
    });
  }

  /** Opens the step again after a reload. */
  resume(who: string, { orderId }: Basket): Promise<OpenedPayment | undefined> {
    return this.#open(who, `resume ${shortId(orderId)}`, ({ handler }) => handler.resumePayment({ orderId }));
  }

  async #open(
    who: string,
    what: string,
    work: (isolate: Isolate) => Promise<StartedPayment | undefined>,
  ): Promise<OpenedPayment | undefined> {
    const { trace } = this.#context;
    trace.add('C', who, what);
    try {
      return await this.#network.reach(undefined, async (isolate) => {
        const started = await work(isolate);
        if (!started) return undefined;
        this.#secrets.scan('a started payment', started);
        trace.add('I', isolate.name, `${what}: ${shortId(started.paymentId)} ${started.client.view.phase}`);
        return { started, isolate };
      });
    } catch (error) {
      this.#secrets.scan('an error', error);
      trace.add('C', who, `${what}: ${error instanceof Error ? nameOf(error) : 'failed'}`);
      return undefined;
    }
  }
}

const nameOf = (error: Error): string => ('code' in error ? String(error.code) : error.message);
