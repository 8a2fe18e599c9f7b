#!/usr/bin/env node
/** The command `plural-conformance`: parses its arguments, runs the cases and prints the results. */
import { parseArgs } from 'node:util';
import { getCaseName } from './case.ts';
import { getExitCode, formatJunit, formatResult, formatSummary } from './report.ts';
import { selectCases, runConformance, type CaseResult } from './run.ts';

const usage = `Usage: plural-conformance <url> [options]

Tests a backend against the contract of the Plural Native OTP kit. The backend must use a
sandbox in place of Plural (npx @plural-otp/sandbox). <url> is the URL its routes are mounted
at, for example http://127.0.0.1:3000/plural.

Options:
  --hook <url>      Conformance hook of the backend (default: /conformance on the same host)
  --sandbox <url>   Sandbox (default: http://127.0.0.1:3001)
  --origin <url>    Origin the backend accepts requests from (default: the origin of <url>)
  --only <text>     Run only cases whose name contains <text>; repeatable
  --skip <text>     Skip cases whose name contains <text>; repeatable
  --list            List the names of the cases and exit
  --json            Print the results as JSON
  --junit           Print the results as JUnit XML
  --help            Show this help and exit

Exit codes: 0 all cases pass, 1 a case fails, 2 no case could run.
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
    return fail(error instanceof Error ? error.message : 'Invalid options.');
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
  for (const selected of selectCases({ only, skip })) print(getCaseName(selected));
  process.exit(0);
}
if (selectCases({ only, skip }).length === 0) fail('No case matches; --list prints the names of all cases.');
if (url === undefined || rest.length > 0) fail('Expected exactly one URL.');
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
  process.stderr.write(`Could not run any case: ${error instanceof Error ? error.message : 'unknown error'}${cause}\n`);
  process.exitCode = 2;
}
