import { type Messages, resolveLocale } from '@plural-otp/flow/presentation';

/** The words of one language; what is left out stays English. */
export type Locale = Partial<Messages>;

// Known by name to every copy of this module: a locale file may come before or after the element, by script tag or
// import, and is never bundled with it.
const registryKey: unique symbol = Symbol.for('plural-otp.locales');
const shared: { [registryKey]?: Map<string, Locale> } = globalThis as object;

/** Told to the window when words came in. */
export const localeEvent = 'plural-otp-locale';

/**
 * Makes the words of a language known to every step on the page, those already drawn included.
 *
 * `tag` is a BCP 47 tag: `fr` serves `fr-CA` as well. Words that say no `language` of their own are taken to be in
 * `tag`. Throws a RangeError when one of the two is no such tag.
 */
export function registerLocale(tag: string, words: Locale): void {
  const locale = { language: tag, ...words };
  Intl.getCanonicalLocales([tag, locale.language]);
  (shared[registryKey] ??= new Map()).set(tag.toLowerCase(), locale);
  // Where pages are rendered there is no window to tell.
  globalThis.dispatchEvent?.(new Event(localeEvent));
}

/** Returns the registered messages for `tag`, or else for the nearest more general tag. */
export function findLocale(tag: string): Locale | undefined {
  return resolveLocale(tag, shared[registryKey]);
}
