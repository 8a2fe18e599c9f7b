/**
 * Runs every conformance case many times against the example backends, while other clients use the same sandbox, and
 * lists each failure: `node docs/test/conformance/beside-others.bench.ts [runs, 200] [at once, 6]`.
 */
import { runConformance } from '@plural-otp/conformance';
import { startExample, type Language } from './example-backends.ts';
import { startOtherClients } from './other-clients.ts';

const [runs = 200, lanes = 6] = process.argv.slice(2).map(Number);
const languages: readonly Language[] = ['python', 'php'];
let started = 0;
let cases = 0;
let payments = 0;
const failures: string[] = [];

async function runLane(): Promise<void> {
  while (started < runs) {
    started += 1;
    const language = languages[started % languages.length] ?? 'python';
    const { origin, sandboxOrigin, end } = await startExample(language);
    const others = startOtherClients(sandboxOrigin, 3);
    const results = await runConformance({ url: `${origin}/plural`, sandbox: sandboxOrigin });
    await others.stop();
    await end();
    cases += results.length;
    payments += others.payments;
    for (const { group, rule, status, expected, received, reason } of results)
      if (status !== 'passed') failures.push(`${language} ${group}: ${rule}: ${reason ?? `${expected}; ${received}`}`);
    console.log(
      `${started} of ${runs} started, ${cases} cases, ${payments} payments of others, ${failures.length} failures`,
    );
  }
}

await Promise.all(Array.from({ length: lanes }, runLane));
for (const failure of failures) console.log(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
