/** Builds every package into its `dist/`, in the order of their dependencies. */
import { run } from './run.mjs';

await run('pnpm', ['--recursive', '--if-present', '--reporter=append-only', 'run', 'build']);
