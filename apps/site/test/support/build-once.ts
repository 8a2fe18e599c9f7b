/** Builds and serves the site, once for all test files. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { base } from './base.ts';
import { serveFolder } from './serve-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built site, and the URL below which it is served. */
    readonly site: { readonly folder: string; readonly url: string };
  }
}

/** Called by Vitest before the first test; what it returns, after the last. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'plural-otp-site-'));
  const script = join(import.meta.dirname, '../../build/build-site.ts');
  const env = { ...process.env, SITE_BASE: base, SITE_OUT: folder };
  await promisify(execFile)(process.execPath, [script], { env, maxBuffer: 1 << 26 }).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`The site was not built:\n${stdout}\n${stderr}`);
  });
  const served = await serveFolder(folder, base);
  provide('site', { folder, url: served.url });
  return async () => {
    await served.close();
    await rm(folder, { recursive: true });
  };
}
