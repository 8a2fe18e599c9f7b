/** Takes simulated walks through the kit; it runs from source, so nothing is built. */
import { run } from './run.mjs';

await run('node', ['apps/simulator/src/main.ts', ...process.argv.slice(2)]);
