/** The languages of the OTP step. The shop's own pages are in English. */

import { bn } from '@plural-otp/edge/page/locales/bn.js';
import { gu } from '@plural-otp/edge/page/locales/gu.js';
import { hi } from '@plural-otp/edge/page/locales/hi.js';
import { kn } from '@plural-otp/edge/page/locales/kn.js';
import { ml } from '@plural-otp/edge/page/locales/ml.js';
import { mr } from '@plural-otp/edge/page/locales/mr.js';
import { or } from '@plural-otp/edge/page/locales/or.js';
import { pa } from '@plural-otp/edge/page/locales/pa.js';
import { ta } from '@plural-otp/edge/page/locales/ta.js';
import { te } from '@plural-otp/edge/page/locales/te.js';
import { ur } from '@plural-otp/edge/page/locales/ur.js';
import { readCookie } from './http.ts';

/** Messages of the page without script, by language. */
export const pageLocales = { hi, bn, ta, te, mr, gu, kn, ml, pa, or, ur };

/** Language tag of the step. */
export type Language = 'en' | keyof typeof pageLocales;

/** Languages with their own names, English first. */
export const languages: readonly { readonly tag: Language; readonly name: string }[] = [
  { tag: 'en', name: 'English' },
  ...(Object.keys(pageLocales) as Language[]).map((tag) => ({ tag, name: getLanguageName(tag) })),
];

/** Name of the cookie with the chosen language. */
export const languageCookieName = 'nilgiri_language';

/** Returns the known language of a tag, or `undefined`. */
export function findLanguage(tag: string | null | undefined): Language | undefined {
  return languages.find((language) => language.tag === tag)?.tag;
}

/** Returns the language that the customer chose, or English. */
export function getLanguage(request: Request): Language {
  return findLanguage(readCookie(request, languageCookieName)) ?? 'en';
}

/** Returns the name of a language in that language. */
export function getLanguageName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}
