/**
 * The Worker, unchanged, with a clock that `GET /clock?advanceSeconds=` sets forward; it then fires the alarm of each
 * object, as the engine would.
 */

import type { PaymentNamespace } from '@plural-otp/edge/stores/durable-object';
import worker, { Payments as ShopPayments, type Bindings } from '../../src/runtimes/worker.ts';

const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

type ObjectState = ConstructorParameters<typeof ShopPayments>[0] & { id: { toString(): string } };
interface Environment extends Bindings {
  readonly PAYMENTS: PaymentNamespace & { idFromString(id: string): never };
}

const objects = new Set<string>();

export class Payments extends ShopPayments {
  constructor(state: ObjectState, env: Environment) {
    super(state, env);
    objects.add(state.id.toString());
  }
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== '/alarm') return super.fetch(request);
    await this.alarm();
    return new Response();
  }
}

export default {
  async fetch(request: Request, { PAYMENTS }: Environment): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/clock') return worker.fetch(request);
    aheadMs += Number(searchParams.get('advanceSeconds')) * 1000;
    for (const id of objects) {
      await PAYMENTS.get(PAYMENTS.idFromString(id)).fetch('https://object/alarm', { method: 'POST', body: '' });
    }
    return new Response();
  },
};
