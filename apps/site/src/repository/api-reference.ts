/** The API reference of `core`, which TypeDoc writes as Markdown before the site is built. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toAbsolute } from './files.ts';

const folder = 'apps/site/.generated/api';

interface ApiPage {
  readonly id: string;
  readonly group: 'Reference';
  readonly subgroup: string;
  readonly title: string;
  readonly file: string;
  readonly markdown: string;
}

/**
 * Reads the pages.
 *
 * @throws When TypeDoc has not run.
 */
export function readApiPages(): ApiPage[] {
  const root = toAbsolute(folder);
  if (!existsSync(root)) throw new Error('The API reference is missing. Build the site by: npm run site');
  return (
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      // Its README lists the entries, as the sidebar does.
      .filter((path) => path.endsWith('.md') && path !== 'README.md')
      .toSorted()
      .map((path) => {
        const entry = path.replace(/(?:^index)?\.md$/, '');
        return {
          id: ['reference/core', entry].filter(Boolean).join('/'),
          group: 'Reference',
          subgroup: 'API of core',
          title: ['@plural-otp/core', entry].filter(Boolean).join('/'),
          file: `${folder}/${path}`,
          markdown: readFileSync(join(root, path), 'utf8')
            .replace(/^# .+\n/m, '')
            .trim(),
        };
      })
  );
}
