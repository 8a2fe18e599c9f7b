import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EdgeRuntime } from 'edge-runtime';
import { build, type BuildOptions } from 'esbuild';
import type { CaseResult } from '../../suite/run.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface Runtime {
  /** Whether this machine has no such program. */
  absent: boolean;
  run(): Promise<CaseResult[]>;
}

/** Bundles the suite as each kind of runtime takes it. What is bundled are the built packages, as published. */
export async function bundleSuite(): Promise<void> {
  const common = {
    bundle: true,
    target: 'es2022',
    outdir: at('dist'),
    conditions: ['worker'],
    logLevel: 'warning',
  } satisfies BuildOptions;
  const modules = ['console', 'fetch-module', 'cross-request', 'upstream', 'browser'].map((name) =>
    at(`run/${name}.ts`),
  );
  await build({ ...common, format: 'esm', entryPoints: modules });
  await build({ ...common, format: 'iife', entryPoints: [at('run/fetch-listener.ts')] });
}

/** Every runtime but browsers that the suite runs in. */
export const runtimes: Record<string, Runtime> = {
  'Node 22': runProgram(at('node_modules/node22/bin/node')),
  'Node 24': runProgram(process.execPath),
  'Node 26': runProgram(at('node_modules/node26/bin/node')),
  Deno: runProgram(at('node_modules/.bin/deno'), 'run', '--no-remote', '--no-config'),
  Bun: runProgram(at('node_modules/.bin/bun'), 'run'),
  workerd: { absent: false, run: inWorkerd },
  'edge-runtime': { absent: false, run: inEdgeRuntime },
};

function runProgram(program: string, ...args: string[]): Runtime {
  return {
    absent: !existsSync(program),
    run: async () => {
      const child = spawn(program, [...args, at('dist/console.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        // A case that failed may leave what keeps the program alive, so its results are not waited for its end.
        for await (const line of createInterface({ input: child.stdout })) {
          if (line.startsWith('[{')) return JSON.parse(line) as CaseResult[];
        }
        throw new Error('the program ended without results');
      } finally {
        child.kill();
      }
    },
  };
}

async function inWorkerd(): Promise<CaseResult[]> {
  const child = spawn(at('node_modules/.bin/workerd'), ['serve', '--control-fd=3', at('run/workerd.capnp')], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const origins: Record<string, string> = {};
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      const message = JSON.parse(line) as { event: string; socket: string; port: number };
      if (message.event === 'listen') origins[message.socket] = `http://127.0.0.1:${message.port}`;
      const { suite, crossRequest } = origins;
      if (suite === undefined || crossRequest === undefined) continue;
      await fetch(`${crossRequest}/begin`);
      const results = await Promise.all([suite, crossRequest].map(async (origin) => (await fetch(origin)).json()));
      return results.flat() as CaseResult[];
    }
    throw new Error('workerd ended before it listened');
  } finally {
    child.kill();
  }
}

async function inEdgeRuntime(): Promise<CaseResult[]> {
  const runtime = new EdgeRuntime({ initialCode: await readFile(at('dist/fetch-listener.js'), 'utf8') });
  const response = await runtime.dispatchFetch('http://127.0.0.1/');
  return (await response.json()) as CaseResult[];
}
