/**
 * `@plural-otp/flow` in Hermes, the engine of React Native: transformed as its projects are, by React Native's own Babel
 * preset, because this Hermes (0.12) knows neither classes nor blocks' own variables.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from '@babel/core';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
/** The package has programs for processors of 64-bit x86 alone. */
const hermes = at(`node_modules/hermes-engine-cli/${process.platform === 'darwin' ? 'osx-bin' : 'linux64-bin'}/hermes`);
const isAbsent = !existsSync(hermes) || !['linux', 'darwin'].includes(process.platform) || process.arch !== 'x64';
if (isAbsent) console.warn('Hermes is not on this machine: flow is not run in it.');

/** What React Native adds to the engine and flow uses. It has no document, no `crypto` and no `performance.timeOrigin`. */
const reactNative = `
  globalThis.performance = { now: function () { return Date.now(); } };
  globalThis.queueMicrotask = function (run) { Promise.resolve().then(run); };
  globalThis.console = { warn: print, error: print, log: print };
  globalThis.AbortController = function () {
    var signal = (this.signal = { aborted: false });
    this.abort = function () { signal.aborted = true; };
  };`;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [at('run/hermes.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const options = {
    unstable_transformProfile: 'hermes-stable',
    enableBabelRuntime: false,
    disableImportExportTransform: true,
  };
  const transformed = transformSync(outputFiles[0]?.text ?? '', {
    filename: at('flow.js'),
    babelrc: false,
    configFile: false,
    compact: false,
    presets: [['@react-native/babel-preset', options]],
  });
  return `${reactNative}\n${transformed?.code}`;
}

describe.skipIf(isAbsent && process.env['CI'] !== 'true')('flow in Hermes', () => {
  test('takes a payment: a rejected code, then one whose response is lost and which is not sent again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plural-otp-hermes-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'flow.js');
    await writeFile(file, await bundle());
    const { stdout } = await promisify(execFile)(hermes, ['-Xes6-promise', '-Xmicrotask-queue', file]);
    const { statuses, requests, end, isTimerLeft } = JSON.parse(stdout) as {
      statuses: string[];
      requests: { path: string; otp?: string; idempotencyKey?: string }[];
      end: string;
      isTimerLeft: boolean;
    };
    expect(requests.map(({ path, otp }) => [path.replace('https://shop.example/plural/', ''), otp])).toEqual([
      ['otp/generate', undefined],
      ['otp/submit', '111111'],
      ['otp/submit', '123456'],
      ['payment', undefined],
      ['payment', undefined],
    ]);
    const keys = requests.flatMap(({ idempotencyKey = [] }) => idempotencyKey);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(statuses).toContain('awaitingOtp OTP_NOT_ACCEPTED');
    expect([end, isTimerLeft]).toEqual(['authorized', false]);
  });
});
