/** The Worker, unchanged, with a clock that `GET /clock?advanceSeconds=` sets forward. */

import worker from '../../src/runtimes/worker.ts';
export { PaymentStoreObject } from '../../src/runtimes/worker.ts';

const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/clock') return worker.fetch(request);
    aheadMs += Number(searchParams.get('advanceSeconds')) * 1000;
    return new Response();
  },
  scheduled: (): Promise<void> => worker.scheduled(),
};
