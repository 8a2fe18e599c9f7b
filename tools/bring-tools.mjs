/**
 * Brings the pinned Node and pnpm into `.tools`, as npm packages. Runs on Node 20 without any package.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, quoted, windows } from './shell.mjs';

/**
 * Returns the programs to use, after an install where they are absent, of another version or broken.
 *
 * @returns {{ bin: string, node: string, pnpm: string }} folder of programs, and the paths of two of them
 */
export function bringTools({ root, packageManager, toolchain, ownNodeIsEnough }) {
  const folder = join(root, '.tools');
  const pin = ownNodeIsEnough ? undefined : nodePin(toolchain);
  const packages = [...(pin === undefined ? [] : [`${pin.name}@${pin.version}`]), packageManager];
  const bin = join(folder, 'node_modules', '.bin');
  const programs = {
    bin,
    node: pin === undefined ? process.execPath : join(bin, windows ? 'node.cmd' : 'node'),
    pnpm: join(bin, windows ? 'pnpm.cmd' : 'pnpm'),
  };
  const stamp = join(folder, 'installed.txt');
  const stamped = existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : [];
  // A pinned Node that is not needed is left there: the same clone may be started by another one the next time.
  const pins = new Set([packageManager, ...Object.values(toolchain.node)]);
  const isStamped = packages.every((each) => stamped.includes(each)) && stamped.every((each) => pins.has(each));
  // A power cut leaves the stamp, and programs without content.
  if (isStamped && works(programs, pin)) return programs;

  console.log(`${isStamped ? 'Repairing' : 'Bringing'} ${packages.join(' and ')} in .tools (once) …`);
  // A machine without network hears of it here, and not after minutes of retries for each file.
  const question = ['view', packages[0], 'version', '--prefer-offline', '--loglevel=silent'];
  const limits = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];
  const isReachable = runNpm([...question, ...limits], root, 'ignore').status === 0;
  if (isReachable) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // The working folder names the place to install into, so that no path passes through a shell.
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  }
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  const { status } = isReachable ? runNpm(['install', ...flags, ...packages], folder) : { status: 1 };
  if (status !== 0 || !works(programs, pin)) {
    fail(
      `npm could not install ${packages.join(' and ')} for ${process.platform}-${process.arch}. ` +
        `Check that npm reaches its registry${isReachable ? '' : ', which did not answer'}, and run the same command again. ` +
        (pin === undefined ? '' : `Or install Node ${toolchain.ownNodeFromMajor} or later yourself.`),
    );
  }
  writeFileSync(stamp, packages.join('\n'));
  return programs;
}

/** Returns the npm package that holds a Node for this machine. */
function nodePin({ node, ownNodeFromMajor }) {
  const machine = `${process.platform}-${process.arch}`;
  const pin = node[machine];
  if (pin === undefined || (process.platform === 'linux' && isMusl())) {
    fail(
      `This is Node ${process.versions.node}, and the commands need Node ${ownNodeFromMajor} or later. ` +
        `npm has none for ${machine}${isMusl() ? ' with musl' : ''}: install it, for example from https://nodejs.org.`,
    );
  }
  const [name, version] = pin.split('@');
  return { name, version };
}

/** Returns true on Alpine and the like, where a Node for glibc does not start. */
function isMusl() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
}

/** Returns true when the programs start and have the expected versions. */
function works({ node, pnpm }, pin) {
  const version = (program) => {
    const { status, stdout } = spawnSync(quoted(program), ['--version'], { encoding: 'utf8', shell: windows });
    return status === 0 ? stdout.trim() : undefined;
  };
  return (pin === undefined || version(node) === `v${pin.version}`) && version(pnpm) !== undefined;
}

/** Runs npm by this Node where its script is found, so that no shell reads the arguments. */
function runNpm(args, cwd, stdio = 'inherit') {
  const nodeFolder = dirname(process.execPath);
  const script = [
    process.env['npm_execpath'] ?? '',
    join(nodeFolder, 'node_modules/npm/bin/npm-cli.js'),
    join(nodeFolder, '../lib/node_modules/npm/bin/npm-cli.js'),
  ].find((path) => /npm-cli\.c?js$/.test(path) && existsSync(path));
  return script === undefined
    ? spawnSync('npm', args, { cwd, stdio, shell: windows })
    : spawnSync(process.execPath, [script, ...args], { cwd, stdio });
}
