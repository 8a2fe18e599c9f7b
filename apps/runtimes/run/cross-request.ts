// For workerd: `/begin` responds at once, `/` runs the cases about the work it left behind.
import { crossRequestCases, beginRequest, type Upstream } from '../suite/cross-request.ts';
import { runSuite } from '../suite/run.ts';

export default {
  fetch: async (request: Request, { upstream }: { upstream: Upstream }): Promise<Response> => {
    if (new URL(request.url).pathname !== '/begin') return Response.json(await runSuite(crossRequestCases(upstream)));
    beginRequest(upstream);
    return new Response('begun');
  },
};
