// For runtimes that only answer requests, as an ES module (workerd).
import { runSuite } from '../suite/run.ts';
import { serverCases } from '../suite/server.ts';

export default { fetch: async (): Promise<Response> => Response.json(await runSuite(serverCases)) };
