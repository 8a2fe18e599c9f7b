/** Unicode name of the script of each language that the step speaks, other than English. */
export const scripts: Readonly<Record<string, string>> = {
  bn: 'Bengali',
  gu: 'Gujarati',
  hi: 'Devanagari',
  kn: 'Kannada',
  ml: 'Malayalam',
  mr: 'Devanagari',
  or: 'Oriya',
  pa: 'Gurmukhi',
  ta: 'Tamil',
  te: 'Telugu',
  ur: 'Arabic',
};
