/** The apps of docs/frameworks: installed from the registry with the packed packages, built, and run by their own servers. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const docs = fileURLToPath(new URL('../../../../docs/frameworks', import.meta.url));

/** App of a framework that has a server of its own. */
export interface ServedApp {
  /** What `npm install` gets besides the element. */
  readonly packages: readonly string[];
  /** Command and arguments of `npx`. */
  readonly build: readonly string[];
  readonly start: (port: string) => readonly string[];
}

export const servedApps = {
  nextjs: {
    packages: [
      'next@16.4.6',
      'react@19.3.1',
      'react-dom@19.3.1',
      'typescript@6.0.3',
      '@types/react@19.3.0',
      '@types/node@24.10.1',
    ],
    build: ['next', 'build'],
    start: (port) => ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', port],
  },
  sveltekit: {
    packages: [
      '@sveltejs/kit@3.2.0',
      '@sveltejs/adapter-node@6.0.1',
      '@sveltejs/vite-plugin-svelte@7.3.1',
      'svelte@5.57.3',
      'vite@8.3.8',
      'typescript@6.0.3',
    ],
    build: ['vite', 'build'],
    start: () => ['build'],
  },
} satisfies Record<string, ServedApp>;

export type ServedAppName = keyof typeof servedApps;

/** Running server of an app. */
export interface RunningApp {
  readonly origin: string;
  stop(): Promise<void>;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Installs, builds and starts an app in `folder`. Its server asks `backendOrigin` for payments. */
export async function startServedApp(
  name: ServedAppName,
  { folder, tarballs, backendOrigin }: { folder: string; tarballs: readonly string[]; backendOrigin: string },
): Promise<RunningApp> {
  const app: ServedApp = servedApps[name];
  await mkdir(folder);
  await cp(join(docs, name), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const port = String(await findFreePort());
  // Without what test runner and package manager set; certificates and npm's settings file belong to the machine.
  const isForeign = /^p?npm_(?!config_globalconfig$)|^NODE_(?!EXTRA_CA_CERTS$)|^VITEST|^(?:TEST|DEV|PROD|MODE|SSR)$/i;
  const outside = Object.entries(process.env).filter(([key]) => !isForeign.test(key));
  const env = {
    ...Object.fromEntries(outside),
    // The programs of the packages run on this Node.
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    NEXT_TELEMETRY_DISABLED: '1',
    npm_config_prefer_offline: 'true',
    BACKEND_ORIGIN: backendOrigin,
    HOST: '127.0.0.1',
    PORT: port,
  };
  const options = { cwd: folder, env, maxBuffer: 2 ** 26 };
  await run('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...app.packages], options);
  await run('npx', [...app.build], options);
  const server = spawn(process.execPath, [...app.start(port)], { cwd: folder, env, stdio: 'inherit' });
  const origin = `http://127.0.0.1:${port}`;
  const isUp = (): Promise<boolean> =>
    fetch(origin).then(
      () => true,
      () => false,
    );
  while (server.exitCode === null && !(await isUp())) await new Promise((resolve) => setTimeout(resolve, 100));
  if (server.exitCode !== null) throw new Error(`the server of ${name} ended with ${server.exitCode}`);
  return {
    origin,
    async stop() {
      const ended = once(server, 'exit');
      if (server.kill('SIGTERM')) await ended;
    },
  };
}
