/**
 * Builds, and draws pictures in Chromium: of the README (no argument), of every state of the step (`step FOLDER`), or of
 * every page of the shop (`shop FOLDER`). Further arguments go to the script that draws.
 */
import { run } from './run.mjs';

const scripts = {
  readme: 'tools/readme-pictures.mjs',
  step: 'packages/element/test/support/screenshots.mjs',
  shop: 'apps/demo-merchant/test/support/screenshots.mjs',
};
const [subject = 'readme', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(scripts, subject)) {
  console.error(`Unknown pictures "${subject}"; use one of ${Object.keys(scripts).join(', ')}.`);
  process.exit(1);
}
await run('node', ['tools/build.mjs']);
await run('node', [scripts[subject], ...rest]);
