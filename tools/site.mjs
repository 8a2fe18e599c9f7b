/**
 * Builds the packages and then the site, which `npm run build` leaves out because the demo does not need it. With
 * `--serve` it serves the site afterwards, on http://127.0.0.1:4321.
 */
import { run } from './run.mjs';

await import('./build.mjs');
await run('node', ['apps/site/build/build-site.ts']);
if (process.argv.includes('--serve')) {
  await run('pnpm', [
    '--filter',
    '@plural-otp/site',
    'exec',
    'astro',
    'preview',
    '--host',
    '127.0.0.1',
    '--port',
    '4321',
  ]);
}
