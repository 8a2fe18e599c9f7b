// For workerd: `/begin` answers at once, `/` runs the cases about what it left behind.
import { answeredCases, begin, type Upstream } from '../suite/cross-request.ts';
import { runSuite } from '../suite/run.ts';

export default {
  fetch: async (request: Request, { upstream }: { upstream: Upstream }): Promise<Response> => {
    if (new URL(request.url).pathname !== '/begin') return Response.json(await runSuite(answeredCases(upstream)));
    begin(upstream);
    return new Response('begun');
  },
};
