#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { getCaseName } from './case.ts';
import { getExitCode, formatJunit, formatResult, formatSummary } from './report.ts';
import { selectCases, runConformance, type CaseResult } from './run.ts';

const usage = `Usage: plural-conformance <url> [options]

Plays every rule of the contract against a backend that takes a sandbox for Plural
(npx @plural-otp/sandbox). URL is where the backend's routes are mounted, for example
http://127.0.0.1:3000/plural.

  --hook URL      the backend's conformance hook (default: /conformance on the same host)
  --sandbox URL   the sandbox (default: http://127.0.0.1:3001)
  --origin URL    what the backend takes for its own origin (default: that of URL)
  --only TEXT     only cases whose name holds TEXT; may be repeated
  --skip TEXT     no case whose name holds TEXT; may be repeated
  --list          print the names of the cases and end
  --json          print the results as JSON
  --junit         print the results as JUnit XML
  --help

Ends with 0 when every rule holds, with 1 when one does not, with 2 when nothing could be played.
`;

const fail = (problem: string): never => {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exit(2);
};

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        hook: { type: 'string' },
        sandbox: { type: 'string' },
        origin: { type: 'string' },
        only: { type: 'string', multiple: true },
        skip: { type: 'string', multiple: true },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
        junit: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'These options cannot be read.');
  }
}

const { values, positionals } = readOptions();
const { hook, sandbox, origin, only = [], skip = [], list, json, junit, help } = values;
const [url, ...rest] = positionals;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (help === true) {
  print(usage);
  process.exit(0);
}
if (list === true) {
  for (const one of selectCases({ only, skip })) print(getCaseName(one));
  process.exit(0);
}
if (selectCases({ only, skip }).length === 0) fail('No case has such a name; --list prints them.');
if (url === undefined || rest.length > 0) fail('Expected one URL: plural-conformance <url>');
for (const address of [url, hook, sandbox, origin])
  if (address !== undefined && !URL.canParse(address)) fail(`Invalid URL: ${address}`);

try {
  const results: CaseResult[] = [];
  await runConformance({
    url: url ?? '',
    only,
    skip,
    ...(hook !== undefined && { hook }),
    ...(sandbox !== undefined && { sandbox }),
    ...(origin !== undefined && { origin }),
    onResult(result) {
      if (json !== true && junit !== true) print(formatResult(result, results.at(-1)));
      results.push(result);
    },
  });
  if (json === true) print(JSON.stringify(results, null, 2));
  else print(junit === true ? formatJunit(results) : `\n${formatSummary(results)}`);
  process.exitCode = getExitCode(results);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`Could not run any case: ${error instanceof Error ? error.message : 'no reason'}${cause}\n`);
  process.exitCode = 2;
}
