/**
 * Generates `src/errors/error-codes.ts` from `src/errors/error-codes.json`, which ships next to it: a JSON import is
 * not portable over the runtimes. `node build/error-codes.ts`, in the package's folder, before the compiler.
 */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const source = at('src/errors/error-codes.json');
const generated = at('src/errors/error-codes.ts');

/** Source of every error code, as JSON. */
export interface ErrorCodes {
  codes: Record<string, ErrorCode>;
  /** Remedy by operation. */
  unknownOutcomeRemedies: Record<string, string>;
}

/** Source of one error code. */
export interface ErrorCode {
  when: string;
  outcome: 'none' | 'unknown' | 'unknownForWrites';
  remedy: string;
  /** More about it, for the documentation alone. */
  details?: string;
  /** Path and anchor in this repository. */
  docs: string;
}

/** Reads the source of the error table. */
export const readErrorCodes = (): ErrorCodes => JSON.parse(readFileSync(source, 'utf8')) as ErrorCodes;

/** Renders the TypeScript module of the error table, formatted as the formatter would. */
export function renderErrorCodes({ codes, unknownOutcomeRemedies }: ErrorCodes): string {
  const names = Object.keys(codes).map((code) => `\n  | '${code}'`);
  const rows = Object.entries(codes).map(([code, { when, outcome, remedy }]) =>
    [`  ${code}: {`, member(4, 'when', when), member(4, 'outcome', outcome), member(4, 'remedy', remedy), '  },'].join(
      '\n',
    ),
  );
  const remedies = Object.entries(unknownOutcomeRemedies).map(([operation, remedy]) => member(2, operation, remedy));
  return `/** The one error table of the server half. Generated from error-codes.json; edit that and build. */

import type { Operation, Outcome } from './operations.ts';

/** Stable code of an error, to switch on. A code is permanent once published. */
export type PluralErrorCode =${names.join('')};

/** One row of the error table. */
export interface ErrorMeaning {
  /** Condition under which the code is thrown, as the sentence an error message carries. */
  readonly when: string;
  /** \`unknownForWrites\` is \`none\` for calls that only read. An error may state a more exact outcome than its row. */
  readonly outcome: Outcome | 'unknownForWrites';
  /** Action for the caller to take. */
  readonly remedy: string;
}

/** Every code with its meaning. */
export const errorTable: Readonly<Record<PluralErrorCode, ErrorMeaning>> = {
${rows.join('\n')}
};

/** Remedies that replace a row's own when the outcome of a write is unknown: what to read, and what in it decides. */
export const unknownOutcomeRemedies: Readonly<Partial<Record<Operation, string>>> = {
${remedies.join('\n')}
};
`;
}

const maxLineLength = 120;

function member(indent: number, name: string, value: string): string {
  const start = `${' '.repeat(indent)}${name}:`;
  const text = `'${value}',`;
  return `${start} ${text}`.length <= maxLineLength ? `${start} ${text}` : `${start}\n${' '.repeat(indent + 2)}${text}`;
}

if (import.meta.main) {
  const text = renderErrorCodes(readErrorCodes());
  // Left alone when nothing changed, so that an incremental build has nothing to do.
  if (readFileSync(generated, 'utf8') !== text) writeFileSync(generated, text);
  mkdirSync(at('dist'), { recursive: true });
  copyFileSync(source, at('dist/error-codes.json'));
}
