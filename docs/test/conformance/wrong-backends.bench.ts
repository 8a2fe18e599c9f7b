/**
 * Runs every conformance case against every wrong backend, and lists which cases fail for each, and which cases fail
 * for one alone: `node docs/test/conformance/wrong-backends.bench.ts [python|php] [at once, 6]`.
 */
import { runConformance, selectCases } from '@plural-otp/conformance';
import { startExample, type Language } from './example-backends.ts';
import { wrongBackends } from './wrong-backends.ts';

const language: Language = process.argv[2] === 'php' ? 'php' : 'python';
const lanes = Number(process.argv[3] ?? 6);
const queue = [...wrongBackends];
const failedBy = new Map<string, string[]>();
let caught = 0;

async function runLane(): Promise<void> {
  for (let wrong = queue.shift(); wrong !== undefined; wrong = queue.shift()) {
    const { origin, sandboxOrigin, end } = await startExample(language, wrong);
    const results = await runConformance({ url: `${origin}/plural`, sandbox: sandboxOrigin });
    await end();
    const failed = results.filter(({ status }) => status === 'failed').map(({ group, rule }) => `${group}: ${rule}`);
    failedBy.set(wrong.defect, failed);
    if (failed.includes(wrong.caughtBy)) caught += 1;
    console.log(
      `${wrong.defect}: ${failed.length} failed${failed.includes(wrong.caughtBy) ? '' : ', NOT its own case'}`,
    );
    for (const name of failed) console.log(`    ${name}`);
  }
}

await Promise.all(Array.from({ length: lanes }, runLane));
const names = new Set([...failedBy.values()].flat());
const alone = [...failedBy.values()].filter((failed) => failed.length === 1).length;
console.log(`${language}: ${caught} of ${wrongBackends.length} fail their own case; ${alone} fail that one alone.`);
console.log(`${names.size} of ${selectCases().length} cases fail for at least one.`);
