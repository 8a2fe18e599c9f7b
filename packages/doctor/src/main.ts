#!/usr/bin/env node
/** The command `plural-otp`: reads settings and captures, examines the shop and prints the findings. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, parseEnv } from 'node:util';
import type { CapturedWebhook, Settings, ShopParts } from './check.ts';
import { examineShop } from './examine.ts';
import { formatFinding, formatSummary, getExitCode } from './report.ts';

const usage = `Usage: plural-otp doctor [options]

Checks a shop before it goes live, and says what to change. Nothing is paid or created, and no
secret is printed.

Options:
  --env-file <file>  Settings; those of the environment come first
  --url <url>        Payment page of the running shop
  --path <path>      Path of the handler (default: /plural)
  --return <file>    Body of a captured POST to <path>/return
  --webhook <file>   Captured webhook as JSON { "headers", "body" }
  --config <file>    Module whose default export has the shop's parts: store, onVerdict, countEffects,
                     lastSweepAtMs, challengeHosts
  --strict           Count warnings, and what was not checked, as problems
  --json             Print the findings as JSON
  --help             Show this help and exit

Exit codes: 0 no problem, 1 a problem, 2 the options are wrong.
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  return process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'env-file': { type: 'string' },
        url: { type: 'string' },
        path: { type: 'string', default: '/plural' },
        return: { type: 'string' },
        webhook: { type: 'string' },
        config: { type: 'string' },
        strict: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : 'Wrong options.'}\n\n${usage}`);
  }
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return fail(`--${option}: ${file} cannot be read.`);
  }
}

function readWebhook(file: string): CapturedWebhook {
  const text = readText('webhook', file);
  try {
    const { headers, body } = JSON.parse(text) as { headers?: Record<string, string>; body?: unknown };
    if (headers && typeof body === 'string') {
      const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      return { headers: Object.fromEntries(named) as Record<string, string>, body };
    }
  } catch {
    // Said below, without the text: it may hold a customer's data.
  }
  return fail(`--webhook: ${file} is not JSON { "headers": { … }, "body": "…" }.`);
}

async function readParts(file: string): Promise<ShopParts> {
  const path = resolve(file);
  if (!existsSync(path)) fail(`--config: ${file} cannot be read.`);
  let loaded: { readonly default?: ShopParts };
  try {
    loaded = (await import(pathToFileURL(path).href)) as typeof loaded;
  } catch (error) {
    // Its message may hold what the file reads, such as the address of a database with its password.
    const { name = 'an error', code } = error as { name?: string; code?: string };
    return fail(`--config: ${file} ends with ${code ?? name}. Run it with node to see why.`);
  }
  return loaded.default ?? fail(`--config: ${file} has no default export.`);
}

/** Reads the versions of the kit's packages in this folder. */
function readInstalled(): Record<string, string> {
  const names = ['core', 'edge', 'element', 'flow'].map((name) => `@plural-otp/${name}`);
  const files = names.map((name) => [name, join('node_modules', name, 'package.json')] as const);
  return Object.fromEntries(
    files
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [name, (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version]),
  );
}

function readIntegrity(): string | undefined {
  const file = 'node_modules/@plural-otp/element/dist/integrity.json';
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)['plural-otp.min.js'];
}

const { values, positionals } = readOptions();
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (positionals.join(' ') !== 'doctor') fail(`Unknown command ${positionals.join(' ') || '(none)'}.\n\n${usage}`);
if (values.url !== undefined && !URL.canParse(values.url)) fail('--url is not a URL such as https://shop.example.');

const { 'env-file': envFile, url, return: returnFile, webhook } = values;
const settings: Settings = {
  ...(envFile === undefined ? {} : parseEnv(readText('env-file', envFile))),
  ...process.env,
};
const findings = await examineShop({
  settings,
  path: values.path.replace(/\/$/, ''),
  url: url === undefined ? undefined : new URL(url),
  capturedReturn: returnFile === undefined ? undefined : readText('return', returnFile),
  capturedWebhook: webhook === undefined ? undefined : readWebhook(webhook),
  parts: values.config === undefined ? {} : await readParts(values.config),
  installed: readInstalled(),
  installedIntegrity: readIntegrity(),
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
if (values.json) print(JSON.stringify(findings, null, 2));
else print([...findings.map(formatFinding), '', formatSummary(findings)].join('\n'));
// A database in --config may keep the process alive.
process.exit(getExitCode(findings, values.strict));
