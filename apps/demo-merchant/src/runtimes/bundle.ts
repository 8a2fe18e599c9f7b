/** Bundling of the shop for runtimes without a file system. */

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readBrowserFiles } from './read-browser-files.ts';
import { exitWithError, errorMessage } from './environment.ts';

/** Bundles an entry file with everything it imports, including the browser's files, into one script. */
export async function bundle(entryFile: URL, format: 'esm' | 'iife'): Promise<string> {
  const files = await readBrowserFiles().catch((error: unknown) =>
    exitWithError(`A built file is missing; run "npm run build" first. ${errorMessage(error)}`),
  );
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entryFile)],
    bundle: true,
    write: false,
    target: 'es2022',
    format,
    conditions: ['worker'],
    external: ['cloudflare:workers'],
    define: { browserFiles: JSON.stringify(files) },
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}
