#!/usr/bin/env node
/** The command `create-plural-otp`: asks what is missing, writes the shop, installs it and checks its settings. */

import { spawnSync } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cancel, intro, log, outro, select, text } from '@clack/prompts';
import { findObstacle, readTemplates, writeFiles } from './files.ts';
import { detectPackageManager, packageManagers } from './package-manager.ts';
import { planShop } from './plan-shop.ts';
import { findPlatform, platforms } from './platforms.ts';

const usage = `Usage: npm create plural-otp [folder] -- [options]

Writes a shop that takes card payments with the bank's OTP on its own page. It runs at once
next to a sandbox of Plural; no account is needed and no money moves.

Options:
  --platform <name>       ${platforms.map(({ name }) => name).join(', ')}
  --pm <name>             ${packageManagers.join(', ')} (default: the one that runs this)
  --port <number>         Port of the shop (default: 3000)
  --sandbox-port <number> Port of the sandbox (default: 3001)
  --no-install            Write the files and install nothing
  --no-doctor             Do not check the new shop
  --yes                   Ask nothing: Express in the folder plural-shop, unless you say otherwise
  --help                  Show this help and exit

Exit codes: 0 the shop was written, 1 it could not be written or installed, 2 the options are wrong.
`;

/** Ends with a message for people. */
function fail(message: string, code = 1): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        platform: { type: 'string' },
        pm: { type: 'string' },
        port: { type: 'string', default: '3000' },
        'sandbox-port': { type: 'string', default: '3001' },
        'no-install': { type: 'boolean', default: false },
        'no-doctor': { type: 'boolean', default: false },
        yes: { type: 'boolean', short: 'y', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : 'Wrong options.'}\n\n${usage}`, 2);
  }
}

function readPort(option: string, value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65_535) {
    fail(`--${option} ${value} is not a port. Choose a number from 1 to 65535, such as 3000.`, 2);
  }
  return port;
}

const { values, positionals } = readOptions();
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const mayAsk = !values.yes && process.stdin.isTTY && process.stdout.isTTY;

/** Returns the text that was typed or chosen, or ends the process when somebody cancelled. */
function requireText(value: string | symbol): string {
  if (typeof value === 'string') return value;
  cancel('Nothing was written.');
  return process.exit(1);
}

async function chooseFolder(): Promise<string> {
  if (positionals.length > 1) fail(`One folder, please: ${positionals.join(', ')}.\n\n${usage}`, 2);
  const [given = mayAsk ? undefined : 'plural-shop'] = positionals;
  if (given !== undefined) return given;
  return requireText(
    await text({
      message: 'In which folder?',
      initialValue: 'plural-shop',
      validate: (value) => (value ? findObstacle(resolve(value)) : 'A folder needs a name.'),
    }),
  );
}

async function choosePlatform() {
  if (values.platform === undefined && !mayAsk && !values.yes) {
    const names = platforms.map(({ name }) => name).join(', ');
    fail(`Say which platform with --platform: ${names}. There is no terminal to ask on.`, 2);
  }
  const name =
    values.platform ??
    (mayAsk
      ? requireText(
          await select<string>({
            message: 'Which platform?',
            options: platforms.map(({ name, title, hint }) => ({ value: name, label: title, hint })),
          }),
        )
      : 'express');
  const platform = findPlatform(name);
  if (!platform) fail(`Unknown platform ${name}. Known: ${platforms.map((known) => known.name).join(', ')}.`, 2);
  return platform;
}

/** Says what the platform needs and this machine does not have. Never ends the program: the files can be written. */
function warnOfMissing({ program, major }: { program: string; major: number }, title: string): void {
  const found = spawnSync(program, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  const [, version] = /(\d+)\.\d+/.exec(found.stdout ?? '') ?? [];
  if (version === undefined) log.warn(`${title} needs ${program} ${major} or later, which is not on the path.`);
  else if (Number(version) < major) log.warn(`${title} needs ${program} ${major} or later; this is ${version}.`);
}

/** Runs a command line with its output; returns whether it succeeded. */
const run = (command: string, cwd: string): boolean =>
  spawnSync(command, { cwd, shell: true, stdio: 'inherit' }).status === 0;

const manager = values.pm ?? detectPackageManager(process.env['npm_config_user_agent']);
const packageManager = packageManagers.find((known) => known === manager);
if (!packageManager) fail(`Unknown package manager ${manager}. Known: ${packageManagers.join(', ')}.`, 2);
const port = readPort('port', values.port);
const sandboxPort = readPort('sandbox-port', values['sandbox-port']);
if (port === sandboxPort) fail(`Shop and sandbox need two ports; both are ${port}.`, 2);

intro('A shop with the bank’s OTP on its own page');
const given = await chooseFolder();
const folder = resolve(given);
const obstacle = findObstacle(folder);
if (obstacle !== undefined) fail(obstacle);
const platform = await choosePlatform();
warnOfMissing(platform.needs, platform.title);

const name =
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'plural-shop';
const plan = planShop({ platform, packageManager, name, port, sandboxPort }, readTemplates());
try {
  writeFiles(folder, plan.files);
} catch (error) {
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  fail(`The shop could not be written to ${folder}: ${code}. Choose a folder that you may write to.`);
}
log.step(`Wrote ${Object.keys(plan.files).length} files to ${given}`);

const todo = [`cd ${/\s/.test(given) ? `"${given}"` : given}`];
if (values['no-install']) {
  todo.push(...plan.install);
} else {
  for (const command of plan.install) {
    log.step(command);
    if (!run(command, folder)) fail(`“${command}” failed in ${folder}. The files are written: run it again there.`);
  }
  // What it finds is for later: the shop is not running yet, so it never ends with an error here.
  if (!values['no-doctor']) run(plan.firstCheck, folder);
}
outro(`${[...todo, plan.dev].join('\n   ')}\n   then open http://127.0.0.1:${port} and type 123456 when the bank asks`);
