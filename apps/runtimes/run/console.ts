// For runtimes with a console: the line that begins with [{ is the results.
import { runSuite } from '../suite/run.ts';
import { serverCases } from '../suite/server.ts';

console.log(JSON.stringify(await runSuite(serverCases)));
