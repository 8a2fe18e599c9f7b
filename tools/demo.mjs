/** Builds everything, then runs the sandbox and the shop until a signal stops them. */
import { run } from './run.mjs';

await import('./build.mjs');
await run('node', ['apps/demo-merchant/src/demo.ts', ...process.argv.slice(2)]);
