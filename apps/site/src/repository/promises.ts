/** The promises of the README with the rules that check them, from docs/promises.md. */
import { readText } from './files.ts';

/** A test that holds a rule: its title, and where it is. */
export interface PromiseTest {
  readonly title: string;
  /** Path from the root of the repository. */
  readonly path: string;
}

/** One promise. */
export interface KitPromise {
  readonly title: string;
  readonly text: string;
  /** Number of rules that walks under faults check for it. */
  readonly ruleCount: number;
  readonly tests: readonly PromiseTest[];
}

/**
 * Reads the promises.
 *
 * @throws When the README and docs/promises.md name different ones.
 */
export function readPromises(): KitPromise[] {
  const page = readText('docs/promises.md');
  const section = readText('README.md').split('\n## Promises\n')[1]?.split('\n## ')[0] ?? '';
  const bullets = [...section.matchAll(/^- \*\*(.+?)\*\* (.+)$/gm)];
  if (bullets.length === 0) throw new Error('README.md has no list of promises below "## Promises".');
  const testsByRule = new Map(
    [...page.matchAll(/^\| `([\w-]+)` \| (.*\]\(.*) \|$/gm)].map(([, rule = '', cells = '']) => [rule, toTests(cells)]),
  );
  return bullets.map(([, title = '', text = '']) => {
    const rules = page.split(`\n## ${title.replace(/\.$/, '')}\n`)[1]?.split('\n## ')[0];
    if (rules === undefined) throw new Error(`docs/promises.md has no section "${title}".`);
    const names = [...rules.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name);
    const tests = names.flatMap((name) => testsByRule.get(name) ?? []);
    const simulated = { title: 'Walks under faults that check it', path: checkFileOf(names[0] ?? '') };
    return { title, text: text.replaceAll('`', ''), ruleCount: names.length, tests: [...tests.slice(0, 2), simulated] };
  });
}

const toTests = (cells: string): PromiseTest[] =>
  [...cells.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)].map(([, title = '', path = '']) => ({ title, path }));

const checkFiles = ['bank-truth', 'upstream', 'deliveries', 'coming-to-rest', 'records', 'record-shape', 'secrets'];

/** Returns the file of the simulator that checks a rule. */
function checkFileOf(rule: string): string {
  const name = checkFiles.find((file) => readText(`apps/simulator/src/checks/${file}.ts`).includes(`'${rule}'`));
  if (name === undefined) throw new Error(`No file of apps/simulator/src/checks names the rule "${rule}".`);
  return `apps/simulator/src/checks/${name}.ts`;
}

/** Figures of the last long run of the simulator, formatted. */
export function readSimulatorReport(): { payments: string; kills: string; violations: string } {
  const report = JSON.parse(readText('apps/simulator/report.json')) as {
    counts: { payments: number; kills: number };
    violations?: unknown[];
  };
  const format = (count: number): string => count.toLocaleString('en');
  const { payments, kills } = report.counts;
  return { payments: format(payments), kills: format(kills), violations: format((report.violations ?? []).length) };
}
