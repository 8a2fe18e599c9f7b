import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readBrowserFiles } from './read-browser-files.ts';
import { exitWithError, errorMessage } from './environment.ts';

/** One script for a runtime without files: a start file with all it imports, the browser's files included. */
export async function bundle(startFile: URL, format: 'esm' | 'iife'): Promise<string> {
  const files = await readBrowserFiles().catch((error: unknown) =>
    exitWithError(`A built file is missing: run "npm run build" first. ${errorMessage(error)}`),
  );
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(startFile)],
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
