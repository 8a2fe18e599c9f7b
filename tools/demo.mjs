/** Builds what the demo needs, then runs the sandbox and the shop until a signal stops them. */
import { run } from './run.mjs';

// Without the compiler, when only the demo's own dependencies are installed.
if (process.env['DEMO_BUILD'] === 'small') await run('node', ['apps/demo-merchant/build/small-build.ts']);
else await import('./build.mjs');
await run('node', ['apps/demo-merchant/src/demo.ts', ...process.argv.slice(2)]);
