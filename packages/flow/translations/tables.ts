/** The tables of messages, as translators see them: key, English and translation. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { english, englishPage } from '../src/presentation/index.ts';

/** What a translator needs to know of a message. */
export interface Note {
  /** What it is on the screen: a heading, a button, a sentence. */
  readonly kind: string;
  readonly place: string;
  /** The room it has on a phone of 320 px; a longer one wraps. */
  readonly width?: string;
  /** Name of the picture that shows it: a scene of `packages/element/test/support/scenes.mjs`. */
  readonly picture: string;
  readonly note?: string;
}

/** Messages by key. */
export type Table = Readonly<Record<string, string>>;

const localeFolder = new URL('../src/presentation/locales/', import.meta.url);

/** The notes by key. */
export const notes = JSON.parse(readFileSync(new URL('notes.json', import.meta.url), 'utf8')) as Record<string, Note>;

/** The tags of the languages that have a table. */
export const tags: readonly string[] = readdirSync(localeFolder)
  .map((file) => file.replace(/\.ts$/, ''))
  .toSorted();

/** Keys that hold a setting of the language and no text. */
const settings: ReadonlySet<string> = new Set(['language', 'direction', 'money']);

/** The keys of the step, in the order of the English table. */
export const stepKeys: readonly string[] = Object.keys(english).filter((key) => !settings.has(key));

/** All keys: those of the step, and those of the page without script. */
export const keys: readonly string[] = Object.keys(englishPage).filter((key) => !settings.has(key));

/** The English messages. */
export const source: Table = { ...englishPage };

/** Returns the file with the table of a language. */
export const localeFile = (tag: string): URL => new URL(`${tag}.ts`, localeFolder);

/** Loads the table of a language. */
export async function loadTable(tag: string): Promise<Table> {
  const { step, pageOnly } = (await import(localeFile(tag).href)) as Record<'step' | 'pageOnly', Table>;
  return { ...step, ...pageOnly };
}

/** Returns the placeholders of a message, sorted. */
export const placeholdersOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

/** Returns the hash of a translation together with the English that it says. */
export function hashOf(english: string, translation: string): string {
  return createHash('sha256').update(`${english}\n${translation}`).digest('hex').slice(0, 16);
}
