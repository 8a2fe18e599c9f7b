import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url).pathname;

/** Bundles imports of every entry of the element as a server of these export conditions does. */
async function bundle(...conditions: string[]): Promise<string> {
  const contents = `
    import * as index from '@plural-otp/element';
    import * as definition from '@plural-otp/element/class';
    import * as react from '@plural-otp/element/react';
    import * as preact from '@plural-otp/element/preact';
    import '@plural-otp/element/vue';
    import '@plural-otp/element/svelte';
    import '@plural-otp/element/solid';
    import '@plural-otp/element/locales/hi.js';
    globalThis.names = [index, definition, react, preact].flatMap((entry) => Object.keys(entry)).sort().join(' ');`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}packages/element/test`, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const events = ['Authorized', 'Cancelled', 'Error', 'Expired', 'Failed', 'Ready', 'Redirect', 'State', 'Superseded'];
const exported = [...events, 'Unresolved'].map((name) => `PluralOtp${name}Event`).concat('PluralOtpElement', 'english');
// The element's own entry and its class export the same; the entries for React and Preact export their component.
const names = [...exported, ...exported, 'PluralOtp', 'PluralOtp'].toSorted().join(' ');

describe('importing the element on a server does nothing', () => {
  test('in Node', async () => {
    const script = `
      const before = Object.keys(globalThis).join();
      const entries = ['', '/class', '/react', '/preact', '/vue', '/svelte', '/solid', '/locales/hi.js'];
      const loaded = await Promise.all(entries.map((entry) => import('@plural-otp/element' + entry)));
      const names = loaded.slice(0, 4).flatMap((entry) => Object.keys(entry)).sort().join(' ');
      console.log(JSON.stringify([names, Object.keys(globalThis).join() === before]));`;
    // A process of its own, because the test runner resolves imports in its own way.
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: `${root}packages/element/test`,
    });
    expect([JSON.parse(stdout), stderr]).toEqual([[names, true], '']);
  });

  test('in workerd', async () => {
    const script = `${await bundle('workerd', 'worker')}
      export default { fetch: () => new Response(globalThis.names) };`;
    const worker = new Miniflare({ modules: true, script, compatibilityDate: '2026-01-01' });
    try {
      expect(await (await worker.dispatchFetch('http://localhost/')).text()).toBe(names);
    } finally {
      await worker.dispose();
    }
  });

  test('in the edge runtime', async () => {
    const runtime = new EdgeRuntime();
    runtime.evaluate(`(() => {${await bundle('edge-light')}})()`);
    expect(runtime.evaluate('globalThis.names')).toBe(names);
  });
});
