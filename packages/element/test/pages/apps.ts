import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { build, type InlineConfig, type PluginOption, type Rolldown } from 'vite';
import solid from 'vite-plugin-solid';
import type { Payment } from './payment.ts';

/** Folder of the apps. */
export const here: string = fileURLToPath(new URL('.', import.meta.url));

/** Frameworks with an app of their own folder, and the extension of its modules. */
const extensions = { react: 'tsx', preact: 'tsx', vue: 'ts', svelte: 'ts', solid: 'tsx' };
type Framework = keyof typeof extensions;

/** Names of the frameworks. */
export const frameworks = Object.keys(extensions) as Framework[];

/** A page rendered on the server. */
export interface ServedPage {
  /** Returns the markup of the app. */
  render: (client: Payment) => string | Promise<string>;
  /** What the framework needs in the page's head. */
  head?: string;
}

const entry = (name: Framework, file: string): string => `${here}${name}/${file}.${extensions[name]}`;

/** Runs a build in development mode, with the frameworks' warnings; returns its chunks. */
async function run(config: InlineConfig): Promise<Rolldown.OutputChunk[]> {
  const { output } = (await build({
    configFile: false,
    root: here,
    mode: 'development',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    ...config,
    build: { write: false, minify: false, modulePreload: false, ...config.build },
  })) as Rolldown.RolldownOutput;
  return output.filter((file) => file.type === 'chunk');
}

/** Solid compiles JSX in its own way, so that its apps are a build of their own. */
const plugins = (name?: Framework): PluginOption[] =>
  name === 'solid'
    ? [solid({ ssr: true })]
    : [
        vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'plural-otp' } } }),
        svelte({ configFile: false, compilerOptions: { dev: true } }),
      ];

/** Builds the apps for a page; returns each file by its name. */
export async function buildApps(): Promise<Map<string, string>> {
  const inputs = (names: Framework[]): Record<string, string> =>
    Object.fromEntries(
      names.flatMap((name) => [
        [name, entry(name, 'main')],
        [`${name}-hydrated`, entry(name, 'hydrated')],
      ]),
    );
  const output = { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
  const others = frameworks.filter((name) => name !== 'solid');
  const chunks = await Promise.all([
    run({
      plugins: plugins(),
      build: { rollupOptions: { input: { ...inputs(others), hydrate: `${here}react/hydrate.tsx` }, output } },
    }),
    run({ plugins: plugins('solid'), build: { rollupOptions: { input: inputs(['solid']), output } } }),
  ]);
  return new Map(chunks.flat().map(({ fileName, code }) => [fileName, code]));
}

/** Builds the app of a framework for a server, as one module with all it imports, and runs that. */
export async function buildServer(name: Framework): Promise<ServedPage> {
  const [chunk] = await run({
    plugins: plugins(name),
    // Everything is bundled, so that the packages are resolved with the conditions of a server.
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: entry(name, 'server'), rollupOptions: { output: { codeSplitting: false } } },
  });
  if (!chunk) throw new Error(`${name} was not built`);
  const folder = await mkdtemp(join(tmpdir(), 'plural-otp-served-'));
  try {
    await writeFile(join(folder, 'server.mjs'), chunk.code);
    return (await import(join(folder, 'server.mjs'))) as ServedPage;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program of this package and returns its output. An exit code other than 0 is not an error. */
export function runTool(program: string, ...args: string[]): Promise<string> {
  const bin = fileURLToPath(new URL(`../../node_modules/.bin/${program}`, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(bin, args, { cwd: here, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(`${stdout}${stderr}`);
    });
  });
}
