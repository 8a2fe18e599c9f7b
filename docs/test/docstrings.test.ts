import { describe, expect, test } from 'vitest';
import { docstringsIn, hasHeadComment, opensWithQuestion, readSource, sourceFiles } from './support/source-comments.ts';

const packages = [...new Set(sourceFiles.map((file) => file.split('/').slice(0, 2).join('/')))];
const filesOf = (folder: string): string[] => sourceFiles.filter((file) => file.startsWith(`${folder}/`));

describe.each(packages)('%s', (folder) => {
  test('states a fact in each docstring: none opens with a question word', () => {
    const docstrings = filesOf(folder).flatMap((file) => docstringsIn(file, readSource(file)));
    expect(docstrings.length).toBeGreaterThan(0);
    expect(docstrings.filter(opensWithQuestion)).toEqual([]);
  });

  test('says at the head of each module with code what it is for', () => {
    expect(filesOf(folder).filter((file) => !hasHeadComment(file, readSource(file)))).toEqual([]);
  });
});

/** Public entry points that a reader copies from; each shows its use. */
const entryPoints: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [
    'createPlural',
    'verifyReturn',
    'verifyWebhook',
    'deviceInfoFrom',
    'explainReturn',
    'explainWebhook',
    'signReturn',
    'signWebhook',
    'getResponseInfo',
    'parseRupees',
  ],
  'packages/flow': ['createOtpFlow', 'fetchTransport', 'collectDeviceInfo'],
  'packages/edge': [
    'createOtpHandler',
    'createOtpPage',
    'memoryStore',
    'redisStore',
    'sqlStore',
    'durableObjectStore',
    'toNodeListener',
  ],
  'packages/element': ['PluralOtpElement', 'registerLocale'],
  'packages/conformance': ['runConformance'],
  'packages/insight': ['createInsight', 'createInsightPage', 'meterEvents', 'sqlInsight', 'sqliteInsight'],
  'apps/sandbox': ['createSandbox'],
};
const exampled = Object.entries(entryPoints).flatMap(([folder, names]) => names.map((name) => ({ folder, name })));

test.each(exampled)('$name of $folder shows its use in an @example', ({ folder, name }) => {
  const declaration = new RegExp(
    String.raw`/\*\*((?:(?!\*/)[^])*?@example(?:(?!\*/)[^])*?)\*/\s*(?:@\w+\(.*\)\s*)?export (?:async )?(?:function|const|class) ${name}\b`,
  );
  expect(filesOf(folder).filter((file) => declaration.test(readSource(file)))).toHaveLength(1);
});

test('every method of the client shows its use in an @example', () => {
  const source = readSource('packages/core/src/client/plural.ts');
  const [members = ''] = /export interface Plural \{[^]*?\n\}/.exec(source) ?? [];
  const methods = [...members.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+): \(/g)];
  expect(methods.length).toBeGreaterThan(12);
  expect(methods.filter(([, docs = '']) => !docs.includes('@example')).map(([, , name]) => name)).toEqual([]);
});

describe('the rules themselves', () => {
  const asked = '/** What is kept. */\nexport const a = 1;\n';
  const stated = '/** Number of records. */\nexport const a = 1;\n';

  test('a docstring that opens with a question word is found', () => {
    expect(docstringsIn('a.ts', `${stated}\n${asked}`).filter(opensWithQuestion)).toEqual([
      { where: 'a.ts:4', text: 'What is kept.' },
    ]);
  });

  test('a module without a head comment is found; one of types alone needs none', () => {
    expect(hasHeadComment('a.ts', "import { b } from './b.ts';\n\nexport const a = b;\n")).toBe(false);
    expect(hasHeadComment('a.ts', `import { b } from './b.ts';\n\n${stated}`)).toBe(true);
    expect(hasHeadComment('a.ts', 'export interface A { b: number }\n')).toBe(true);
  });
});
