/** Builds, then runs the sandbox and the shop until it is told to stop. */
import { run } from './run.mjs';

await import('./build.mjs');
await run('node', ['apps/demo-merchant/src/demo.ts', ...process.argv.slice(2)]);
