/** Types and unit tests: what to run while working. */
import { run } from './run.mjs';
import { unitProjects } from './unit-projects.mjs';

await import('./build.mjs');
await run('tsc', ['-p', 'tsconfig.tests.json']);
await run('vitest', ['run', ...unitProjects]);
