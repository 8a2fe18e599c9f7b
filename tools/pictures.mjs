/**
 * Builds, and draws pictures in Chromium: of the README (no argument), of every state of the step (`step FOLDER`), or of
 * every page of the shop (`shop FOLDER`), or of insight over a crowd (`insight`: those of its README; `insight FOLDER`:
 * every view), a recording from Pay to paid (`recording`), or the icons and pictures of shared links (`share`). Further
 * arguments go to the script that draws.
 */
import { run } from './run.mjs';

const scripts = {
  readme: 'tools/readme-pictures.mjs',
  step: 'packages/element/test/support/screenshots.mjs',
  shop: 'apps/demo-merchant/test/support/screenshots.mjs',
  insight: 'apps/demo-merchant/test/support/insight-pictures.mjs',
  share: 'tools/share-pictures.mjs',
  recording: 'apps/demo-merchant/test/support/recording.mjs',
};
const [subject = 'readme', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(scripts, subject)) {
  console.error(`Unknown pictures "${subject}"; use one of ${Object.keys(scripts).join(', ')}.`);
  process.exit(1);
}
await run('node', ['tools/build.mjs']);
await run('node', [scripts[subject], ...rest]);
