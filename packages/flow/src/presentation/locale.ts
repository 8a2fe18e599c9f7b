/** Resolves a language tag to the messages that are there. */

/** Returns the key of a language tag in a map of locales: lower case, with hyphens (`hi_IN` becomes `hi-in`). */
export function localeKey(tag: string): string {
  return tag.toLowerCase().replaceAll('_', '-');
}

/**
 * Returns the locale of `tag`, or else of what is left of it subtag by subtag: `hi-Deva-IN`, `hi-Deva`, `hi`. Case and
 * underscores make no difference. `locales` has the keys of {@link localeKey}.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4 (lookup)
 */
export function resolveLocale<T>(tag: string, locales: ReadonlyMap<string, T> | undefined): T | undefined {
  const key = localeKey(tag);
  return key ? (locales?.get(key) ?? resolveLocale(key.replace(/-?[^-]*$/, ''), locales)) : undefined;
}
