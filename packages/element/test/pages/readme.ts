import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Returns the README's examples in `language`, in order. */
export function getExamples(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code);
}

/** Returns the README's first example in `language`. */
export function getExample(language: string): string {
  const [code] = getExamples(language);
  if (!code) throw new Error(`The README has no example in ${language}.`);
  return code;
}
