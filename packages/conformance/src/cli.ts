#!/usr/bin/env node
/** The command `plural-conformance`: parses its arguments, runs the cases and prints the results. */
import { parseArgs } from 'node:util';
import { getCaseName } from './case.ts';
import { failSkipped, getExitCode, formatJunit, formatResult, formatSummary } from './report.ts';
import { selectCases, runConformance, type CaseResult } from './run.ts';

const usage = `Usage: plural-conformance <url> [options]

Tests a backend against the contract of the Plural Native OTP kit. The backend must use a
sandbox in place of Plural (npx @plural-otp/sandbox). <url> is the URL its routes are mounted
at, for example http://127.0.0.1:3000/plural.

Options:
  --hook <url>      Conformance hook of the backend (default: /conformance on the same host)
  --sandbox <url>   Sandbox (default: http://127.0.0.1:3001)
  --namespace <n>   Namespace of the sandbox that the backend uses, by the client id sandbox-client-<n>
  --origin <url>    Origin the backend accepts requests from (default: the origin of <url>)
  --only <text>     Run only cases whose name contains <text>; repeatable
  --skip <text>     Skip cases whose name contains <text>; repeatable
  --strict          Count a skipped case as a failure
  --timeout <s>     Seconds to wait for each response (default: 30)
  --list            List the names of the cases and exit
  --json            Print the results as JSON
  --junit           Print the results as JUnit XML
  --help            Show this help and exit

Exit codes: 0 all cases pass, 1 a case fails, 2 no case could run, 128 and a signal's number when
interrupted, with the remaining cases skipped. The sandbox's settings, scripted faults and clock are
put back at the end.
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
        namespace: { type: 'string' },
        origin: { type: 'string' },
        only: { type: 'string', multiple: true },
        skip: { type: 'string', multiple: true },
        strict: { type: 'boolean' },
        timeout: { type: 'string' },
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
const {
  hook,
  sandbox,
  namespace,
  origin,
  only = [],
  skip = [],
  strict = false,
  timeout = '30',
  list,
  json,
  junit,
  help,
} = values;
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

const timeoutMs = Number(timeout) * 1000;
if (!(timeoutMs >= 1000 && timeoutMs <= 600_000)) fail('--timeout must be from 1 to 600 seconds.');

// The first signal ends the run and puts the sandbox back to what it was; a second one ends the process at once.
const interruption = new AbortController();
for (const [signal, exitCode] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.once(signal, () => {
    process.exitCode = exitCode;
    interruption.abort(new Error('interrupted'));
    process.once(signal, () => process.exit(exitCode));
  });

const results: CaseResult[] = [];
const printResults = (): void => {
  if (json === true) print(JSON.stringify(results, null, 2));
  else print(junit === true ? formatJunit(strict ? failSkipped(results) : results) : `\n${formatSummary(results)}`);
};

let isRestored = true;
try {
  await runConformance({
    url: url ?? '',
    only,
    skip,
    timeoutMs,
    signal: interruption.signal,
    ...(hook !== undefined && { hook }),
    ...(sandbox !== undefined && { sandbox }),
    ...(namespace !== undefined && { namespace }),
    ...(origin !== undefined && { origin }),
    onRestoreFailure({ message }) {
      isRestored = false;
      process.stderr.write(`${message}\n`);
    },
    onResult(result) {
      if (json !== true && junit !== true) print(formatResult(result, results.at(-1)));
      results.push(result);
    },
  });
  printResults();
  process.exitCode = getExitCode(results, { strict });
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const message = `${error instanceof Error ? error.message : 'unknown error'}${cause}`;
  if (interruption.signal.aborted) {
    for (const { group, rule } of selectCases({ only, skip }).slice(results.length))
      results.push({ group, rule, status: 'skipped', reason: 'the run was interrupted', durationMs: 0 });
    printResults();
    process.stderr.write(`The run was ${message}${isRestored ? '; the sandbox is as it was' : ''}.\n`);
  } else {
    process.stderr.write(`Could not run any case: ${message}\n`);
    process.exitCode = 2;
  }
}
