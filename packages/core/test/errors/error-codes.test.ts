import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readErrorCodes, renderErrorCodes } from '../../build/error-codes.ts';
import { PluralError } from '../../src/errors/plural-error.ts';
import type { PluralErrorCode } from '../../src/errors/error-codes.ts';

const source = readErrorCodes();

test('error-codes.ts is generated from error-codes.json (the build regenerates it)', () => {
  const generated = readFileSync(new URL('../../src/errors/error-codes.ts', import.meta.url), 'utf8');
  expect(renderErrorCodes(source)).toBe(generated);
});

test.each(Object.keys(source.codes) as PluralErrorCode[])('%s: its errors name their place in the docs', (code) => {
  expect(new PluralError(code).docs).toBe(source.codes[code]?.docs);
});

test.each(Object.values(source.codes))('$docs: condition and remedy are sentences of a message', ({ when, remedy }) => {
  expect(when).toMatch(/^(?:[a-z]|Plural )[^.]*[^. ]$/);
  expect(remedy).toMatch(/^[A-Z].*\.$/);
  expect(`${when}${remedy}`).not.toMatch(/['\\\n]/);
});
