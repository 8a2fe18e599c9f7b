/** Sign-offs: which sentence of which language a native speaker has read, and in which wording. */
import { readFileSync, writeFileSync } from 'node:fs';
import { hashOf, keys, source, type Table } from './tables.ts';

/** The sign-off of one sentence. */
export interface SignOff {
  /** {@link hashOf} of the sentence that was read, and of its English. */
  readonly hash: string;
  /** Name of the native speaker, as they want it written. */
  readonly by: string;
  /** Date of the reading, for example `2026-11-29`. */
  readonly on: string;
}

/** Sign-offs by language and key. */
export type SignOffs = Readonly<Record<string, Readonly<Record<string, SignOff>>>>;

const file = new URL('sign-offs.json', import.meta.url);

/** Reads the sign-offs. */
export const readSignOffs = (): SignOffs => JSON.parse(readFileSync(file, 'utf8')) as SignOffs;

/** Writes the sign-offs. */
export const writeSignOffs = (signOffs: SignOffs): void =>
  writeFileSync(file, `${JSON.stringify(signOffs, undefined, 2)}\n`);

/** Returns the keys of a table that are signed off as they stand: a changed sentence, or English, loses its sign-off. */
export function signedOffKeys(table: Table, signOffs: SignOffs[string] = {}, english: Table = source): string[] {
  return keys.filter((key) => signOffs[key]?.hash === hashOf(english[key] ?? '', table[key] ?? ''));
}

/** Returns `signOffs` with those of `signed` added for the sentences of `table`. */
export function withSignOffs(
  signOffs: SignOffs,
  tag: string,
  { table, signed, by, on }: { table: Table; signed: readonly string[]; by: string; on: string },
): SignOffs {
  const added = signed.map((key) => [key, { hash: hashOf(source[key] ?? '', table[key] ?? ''), by, on }] as const);
  return { ...signOffs, [tag]: { ...signOffs[tag], ...Object.fromEntries(added) } };
}

/** Returns `signOffs` without those whose sentence has changed since. */
export function withoutStale(signOffs: SignOffs, tables: Readonly<Record<string, Table>>): SignOffs {
  const entries = Object.entries(signOffs).map(([tag, own]) => {
    const valid = new Set(signedOffKeys(tables[tag] ?? {}, own));
    return [tag, Object.fromEntries(Object.entries(own).filter(([key]) => valid.has(key)))] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns the status of each language as rows of a Markdown table. */
export function renderStatus(signOffs: SignOffs, tables: Readonly<Record<string, Table>>): string {
  const rows = Object.entries(tables).map(([tag, table]) => {
    const name = new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
    const signed = signedOffKeys(table, signOffs[tag]).length;
    const isReviewed = signed === keys.length;
    return `| ${name} | \`${tag}\` | ${isReviewed ? 'yes' : 'no'} | ${signed} of ${keys.length} |`;
  });
  return [
    '| language | tag | reviewed by a native speaker | sentences signed off |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
