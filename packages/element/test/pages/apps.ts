import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { build, type Rolldown } from 'vite';

/** Folder of the apps. */
export const here: string = fileURLToPath(new URL('.', import.meta.url));

/** Entry module of each app. */
const entries = {
  react: `${here}react/main.tsx`,
  hydrate: `${here}react/hydrate.tsx`,
  'hydrate-component': `${here}react/hydrate-component.tsx`,
  vue: `${here}vue/main.ts`,
  svelte: `${here}svelte/main.ts`,
};

/** Builds the apps in development mode, with the frameworks' warnings; returns each file by its name. */
export async function buildApps(): Promise<Map<string, string>> {
  const { output } = (await build({
    configFile: false,
    root: here,
    mode: 'development',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    plugins: [
      vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'plural-otp' } } }),
      svelte({ configFile: false, compilerOptions: { dev: true } }),
    ],
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rollupOptions: { input: entries, output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' } },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
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
