/** `pnpm bench core`: runs a package's benchmarks, which print ratios measured in one run. */
import { run } from './run.mjs';

const [name = 'core', ...args] = process.argv.slice(2);
await run('pnpm', ['--filter', `@plural-otp/${name}`, 'run', 'bench', ...args]);
