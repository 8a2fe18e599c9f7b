/** `./locale`: registers the messages of a language for every step on the page. */
import { type Messages, resolveLocale } from '@plural-otp/flow/presentation';

/** The messages of one language; one that is left out stays English. */
export type Locale = Partial<Messages>;

// A registered symbol, because every copy of this module must find it: a locale file loads before or after the element,
// by script tag or import, and is never bundled with it.
const registryKey: unique symbol = Symbol.for('plural-otp.locales');
const shared: { [registryKey]?: Map<string, Locale> } = globalThis as object;

/** Name of the event that the window gets when a locale was registered. */
export const localeEvent = 'plural-otp-locale';

/**
 * Registers the messages of a language for every step on the page, including those that are rendered already.
 *
 * `tag` is a BCP 47 tag: `fr` serves `fr-CA` as well. Messages without a `language` of their own are in `tag`.
 *
 * @example
 * ```ts
 * import { registerLocale } from '@plural-otp/element/locale';
 *
 * registerLocale('fr', { titlePlain: 'Saisissez le code de votre banque', pay: 'Payer {amount}' });
 * ```
 *
 * @throws {RangeError} when `tag` or `language` is not a BCP 47 tag.
 */
export function registerLocale(tag: string, messages: Locale): void {
  const locale = { language: tag, ...messages };
  Intl.getCanonicalLocales([tag, locale.language]);
  (shared[registryKey] ??= new Map()).set(tag.toLowerCase(), locale);
  // On a server there is no window that could get the event.
  globalThis.dispatchEvent?.(new Event(localeEvent));
}

/** Returns the registered messages for `tag`, or else for the nearest more general tag. */
export function findLocale(tag: string): Locale | undefined {
  return resolveLocale(tag, shared[registryKey]);
}
