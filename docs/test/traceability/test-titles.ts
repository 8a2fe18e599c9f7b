import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../support/examples.ts';

/** A test as written in its file, with placeholders `%s`, `$name` or `${…}`. */
export interface WrittenTest {
  file: string;
  title: string;
  /** Titles of the enclosing `describe` blocks, outermost first. */
  groups: string[];
  source: string;
}

const patterns = [
  'packages/*/test/**/*.{test,browser}.ts',
  'apps/*/test/**/*.{test,e2e}.ts',
  'apps/runtimes/suite/*.ts',
  'docs/test/**/*.test.ts',
];

/** Lists every test of the repository, read from the files without running them. */
export function writtenTests(): WrittenTest[] {
  return globSync(patterns, { cwd: root })
    .sort()
    .flatMap((file) => testsOf(file, readFileSync(join(root, file), 'utf8')));
}

function testsOf(file: string, source: string): WrittenTest[] {
  const found: WrittenTest[] = [];
  const visit = (node: ts.Node, groups: string[]): void => {
    let inner = groups;
    const [callee, title] = ts.isCallExpression(node) ? [calleeOf(node), textOf(node.arguments[0])] : [];
    if (title !== undefined) {
      if (callee === 'describe') inner = [...groups, title];
      if (callee === 'it' || callee === 'test') found.push({ file, title, groups, source });
    }
    // The suite that runs in every runtime is a record of titles and functions.
    const isCase = ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.name);
    if (isCase && file.startsWith('apps/runtimes/suite/') && ts.isArrowFunction(node.initializer)) {
      found.push({ file, title: node.name.text, groups, source });
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), []);
  return found;
}

/** Returns `test` for `test(…)`, `test.each(rows)(…)` and similar calls. */
function calleeOf({ expression }: ts.CallExpression): string | undefined {
  let callee: ts.Expression = expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return ts.isIdentifier(callee) ? callee.text : undefined;
}

function textOf(node: ts.Expression | undefined): string | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `\${…}${literal.text}`).join('');
}

const placeholder = /\$\{…\}|%[sijdo#]|\$\w+/;

/**
 * Finds tests by `title`, or by `group › title` where the title alone is ambiguous. A title with placeholders may be
 * given as written, or with values that its file contains.
 */
export function testsNamed(name: string, tests: readonly WrittenTest[]): WrittenTest[] {
  const [group, rest] = name.includes(' › ') ? name.split(' › ', 2) : [undefined, name];
  const inGroup = tests.filter(({ groups }) => group === undefined || groups.includes(group));
  const exact = inGroup.filter(({ title }) => title === rest);
  return exact.length > 0 ? exact : inGroup.filter((test) => isFilledIn(rest ?? '', test));
}

function isFilledIn(name: string, { title, source }: WrittenTest): boolean {
  const literal = title.split(placeholder);
  // A title that is mostly placeholders would match anything.
  if (literal.length < 2 || literal.join('').length < 12) return false;
  const shape = literal.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('(.+)');
  const values = new RegExp(`^${shape}$`).exec(name)?.slice(1);
  return values?.every((value) => source.includes(value)) ?? false;
}
