import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Example {
  /** Document and line of its fence, for example `README.md:12`. */
  where: string;
  language: string;
  code: string;
}

/** Lists every fenced example of every document, in order. */
export function examples(): Example[] {
  const documents = globSync(['*.md', 'docs/*.md', 'packages/*/README.md', 'apps/*/README.md'], { cwd: root }).sort();
  return documents.flatMap((document) => {
    const text = readFileSync(`${root}${document}`, 'utf8');
    return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ index, 1: language = '', 2: code = '' }) => ({
      where: `${document}:${text.slice(0, index).split('\n').length}`,
      language,
      code,
    }));
  });
}
