/**
 * Pseudo-locales, made from the English messages, to try a layout with: text that is not from the tables, that is cut off
 * or that runs in the wrong direction shows without knowing a language.
 *
 * @see https://developer.android.com/guide/topics/resources/pseudolocales (the tags are those of Android)
 */
import { englishPage, type PageMessages } from './page-messages.ts';

const accents: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('aceinosuyACEINOSUY', (letter, at) => [letter, 'åçéîñöšûýÅÇÉÎÑÖŠÛÝ'.charAt(at)]),
);

/** Returns `text` with accents, in brackets and about 40 % longer; placeholders stay. */
function lengthen(text: string): string {
  const accented = text.replace(/\{\w+\}|[a-z]/gi, (part) => accents[part] ?? part);
  const words = accented
    .replace(/\{\w+\}/g, '')
    .split(/\s+/)
    .filter(Boolean);
  let padding = '';
  for (let at = 0; padding.length < text.length * 0.4; at++) padding += ` ${words[at % words.length]}`;
  return `[${accented}${padding}]`;
}

/** Returns `text` with its Latin letters drawn from right to left (U+202E, U+202C); placeholders stay. */
function reverse(text: string): string {
  return text.replace(/(\{\w+\})|[^{]+/g, (part, placeholder) => (placeholder ? part : `\u202e${part}\u202c`));
}

function toPseudoLocale(language: string, direction: string, change: (text: string) => string): PageMessages {
  const { money, ...texts } = englishPage;
  const changed = Object.entries(texts).map(([key, text]) => [key, change(text)] as const);
  return { ...(Object.fromEntries(changed) as unknown as PageMessages), language, direction, money };
}

/** Pseudo-locales by tag: `en-XA` is longer and accented, `ar-XB` runs from the right. */
export const pseudoLocales: Readonly<Record<'en-XA' | 'ar-XB', PageMessages>> = {
  'en-XA': toPseudoLocale('en-XA', 'ltr', lengthen),
  'ar-XB': toPseudoLocale('ar-XB', 'rtl', reverse),
};
