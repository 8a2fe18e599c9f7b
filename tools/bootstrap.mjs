/**
 * Runs one of the project's commands (demo, build, test, quick, simulate, pictures, site) on a machine that has only Node 20 and npm.
 *
 * The machine's own Node is used when it is new enough; otherwise a pinned Node comes as an npm package, and pnpm
 * always does, into the git-ignored folder `.tools`. Then: frozen install, and the command itself. The demo installs and
 * builds only what it needs, unless everything is installed already.
 * This file must run on Node 20 without any package.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringTools } from './bring-tools.mjs';
import { fail, quoted, windows } from './shell.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { packageManager, toolchain } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const commands = ['demo', 'build', 'test', 'quick', 'simulate', 'pictures', 'site'];

const [command = '', ...args] = process.argv.slice(2);
if (!commands.includes(command)) {
  fail(
    `Use npm test, npm run test:quick, or npm run with one of: ${commands.filter((name) => !/test|quick/.test(name)).join(', ')}.`,
  );
}

const ownNodeIsEnough = Number(process.versions.node.split('.')[0]) >= toolchain.ownNodeFromMajor;
const tools = bringTools({ root, packageManager, toolchain, ownNodeIsEnough });
const path = [
  tools.bin,
  join(root, 'node_modules', '.bin'),
  ...(ownNodeIsEnough ? [dirname(process.execPath)] : []),
  process.env['PATH'] ?? '',
].join(delimiter);
const env = { ...process.env, PATH: path };

// The other runtimes come with the full install, which the compiler is a part of.
const isFullyInstalled = existsSync(join(root, 'node_modules', 'typescript', 'package.json'));
const needsRuntime = ['deno', 'bun', 'workerd', 'edge-runtime'].includes(args[0]);
const isSmall = command === 'demo' && !isFullyInstalled && !needsRuntime;
const install = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=error'];
// A machine without network hears of it within seconds.
const fetchOptions = ['--config.fetchRetries=1'];
const selection = isSmall ? ['--prod', '--filter', '@plural-otp/demo-merchant...'] : [];
const installed = spawnSync(quoted(tools.pnpm), [...install, ...fetchOptions, ...selection], {
  cwd: root,
  env,
  stdio: 'inherit',
  shell: windows,
});
if (installed.status !== 0) {
  const reason = installed.error ? `: ${installed.error.message}` : '';
  fail(
    `pnpm could not install the locked dependencies${reason}. Check that this machine reaches the npm registry, and run the same command again.`,
  );
}
// Relative, because a shell would split a path with a space.
const script = [`tools/${command}.mjs`, ...args];
const child = spawn(quoted(tools.node), script, {
  cwd: root,
  env: { ...env, ...(isSmall && { DEMO_BUILD: 'small' }) },
  stdio: 'inherit',
  shell: windows,
});
// A signal sent to this process alone must reach the command too, or servers would be left running.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm that is killed tells nobody below it, and the shell that it started this process by goes on.
const starters = [process.ppid, parentOf(process.ppid)].filter((pid) => pid > 1);
setInterval(() => starters.every(isRunning) || child.kill('SIGTERM'), 500).unref();
child.on('error', (error) => fail(`node did not start: ${error.message}`));
child.on('exit', (code) => process.exit(code ?? 1));

/** Returns the parent of a process, or 0 where that cannot be read. */
function parentOf(pid) {
  if (windows) return 0;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  if (stdout) return Number(stdout);
  try {
    // Without `ps`, as in small containers. The name in brackets may hold spaces.
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
