import { readFileSync } from 'node:fs';

const readme = new URL('../../README.md', import.meta.url);

/** Returns the examples in `language` of the README or another document, in order. */
export function getExamples(language: string, document: URL = readme): string[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code);
}

/** Returns the README's first example in `language`. */
export function getExample(language: string): string {
  const [code] = getExamples(language);
  if (!code) throw new Error(`The README has no example in ${language}.`);
  return code;
}
