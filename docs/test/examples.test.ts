import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples, root } from './support/examples.ts';
import { docstringExamples } from './support/source-comments.ts';

const folder = join(root, 'docs/.examples');
const typescript = [...examples(), ...docstringExamples()]
  .filter(({ language }) => language === 'ts')
  .map((example, index) => ({ ...example, file: join(folder, `${index}.ts`) }));
let program: ts.Program;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of typescript) writeFileSync(file, code);
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      noEmit: true,
      strict: true,
      target: 'ES2022',
      module: 'NodeNext',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: ['node'],
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      // What an example needs beside our packages is installed next to the package that it is for.
      paths: {
        react: [join(root, 'packages/element/node_modules/@types/react/index.d.ts')],
        preact: [join(root, 'packages/element/node_modules/preact/src/index.d.ts')],
        '@playwright/test': [join(root, 'apps/sandbox/node_modules/@playwright/test/index.d.ts')],
      },
    },
    root,
  );
  program = ts.createProgram(
    typescript.map(({ file }) => file),
    options,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('documents and docstrings have TypeScript examples', () => {
  expect(examples().filter(({ language }) => language === 'ts')).not.toEqual([]);
  expect(docstringExamples()).not.toEqual([]);
});

test.each(typescript)('$where compiles against the built packages', ({ file }) => {
  const source = program.getSourceFile(file);
  const messages = ts
    .getPreEmitDiagnostics(program, source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(messages).toEqual([]);
});
