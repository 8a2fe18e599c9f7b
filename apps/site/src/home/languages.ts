/** The languages of the step: a file each, fetched when it is chosen. */

/** Code, name in its own words, and the file that registers its messages. English needs none. */
export const languages: readonly { code: string; name: string; load: () => Promise<unknown> }[] = [
  { code: 'en', name: 'English', load: async () => undefined },
  { code: 'hi', name: 'हिन्दी', load: () => import('@plural-otp/element/locales/hi.js') },
  { code: 'bn', name: 'বাংলা', load: () => import('@plural-otp/element/locales/bn.js') },
  { code: 'mr', name: 'मराठी', load: () => import('@plural-otp/element/locales/mr.js') },
  { code: 'te', name: 'తెలుగు', load: () => import('@plural-otp/element/locales/te.js') },
  { code: 'ta', name: 'தமிழ்', load: () => import('@plural-otp/element/locales/ta.js') },
  { code: 'gu', name: 'ગુજરાતી', load: () => import('@plural-otp/element/locales/gu.js') },
  { code: 'ur', name: 'اردو', load: () => import('@plural-otp/element/locales/ur.js') },
  { code: 'kn', name: 'ಕನ್ನಡ', load: () => import('@plural-otp/element/locales/kn.js') },
  { code: 'or', name: 'ଓଡ଼ିଆ', load: () => import('@plural-otp/element/locales/or.js') },
  { code: 'ml', name: 'മലയാളം', load: () => import('@plural-otp/element/locales/ml.js') },
  { code: 'pa', name: 'ਪੰਜਾਬੀ', load: () => import('@plural-otp/element/locales/pa.js') },
];
