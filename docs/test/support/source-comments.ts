import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, type Example } from './examples.ts';

/** A block comment that documents something, of a source file. */
export interface Docstring {
  /** File and line it begins at, for example `packages/core/src/index.ts:12`. */
  where: string;
  /** The text without its comment marks. */
  text: string;
}

/** Source files that ship or run in an app; tests, builds and benchmarks are not among them. */
export const sourceFiles: readonly string[] = globSync('{packages,apps}/*/src/**/*.{ts,js}', { cwd: root })
  .filter((file) => !file.endsWith('.d.ts'))
  .sort();

/** Reads a source file of {@link sourceFiles}. */
export const readSource = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Lists every docstring of a file. */
export function docstringsIn(file: string, code: string): Docstring[] {
  return [...code.matchAll(/\/\*\*([^]*?)\*\//g)].map(({ index, 1: body = '' }) => ({
    where: `${file}:${code.slice(0, index).split('\n').length}`,
    text: body.replaceAll(/^ *\* ?/gm, '').trim(),
  }));
}

/** Returns true for a docstring that opens with a question word, which states nothing. */
export const opensWithQuestion = ({ text }: Docstring): boolean =>
  /^(?:What|Whether|Where|Who|Whose|How|Which|Why)\b/.test(text);

/** Returns true when a file consists of types, imports and re-exports alone. */
function hasOnlyTypes(source: ts.SourceFile): boolean {
  return source.statements.every(
    (statement) =>
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isModuleDeclaration(statement),
  );
}

/** Returns true when a module says what it is for: in a comment at its top, or in a docstring of its first statement. */
export function hasHeadComment(file: string, code: string): boolean {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  if (hasOnlyTypes(source)) return true;
  const first = source.statements.find((statement) => !ts.isImportDeclaration(statement));
  const atTop = ts.getLeadingCommentRanges(code, ts.getShebang(code)?.length ?? 0) ?? [];
  const atFirst = first === undefined ? [] : (ts.getLeadingCommentRanges(code, first.getFullStart()) ?? []);
  return atTop.length > 0 || atFirst.length > 0;
}

/** Lists the TypeScript examples that docstrings of published packages show. */
export function docstringExamples(): Example[] {
  const published = sourceFiles.filter((file) => /^(?:packages|apps\/sandbox)\//.test(file));
  return published.flatMap((file) =>
    docstringsIn(file, readSource(file)).flatMap(({ where, text }) =>
      [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => ({ where, language: 'ts', code })),
    ),
  );
}
