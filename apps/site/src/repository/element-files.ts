/** The built element as a merchant hosts it: its files, each with the hash that a page pins, and its reference. */
import { type BrowserFiles, toApiTables } from '@plural-otp/demo-merchant/playground';
import { readText } from './files.ts';
import { toUrl } from './urls.ts';

const folder = 'packages/element/dist';

const readHashes = (): Record<string, string> =>
  JSON.parse(readText(`${folder}/integrity.json`)) as Record<string, string>;

/** Lists the names of the files, such as `themes/warm.css`. */
export const listElementFiles = (): string[] => Object.keys(readHashes());

/** Reads a file by its name. */
export const readElementFile = (name: string): string => readText(`${folder}/${name}`);

/** Describes the element for the playground. */
export function describeElement(): Pick<BrowserFiles, 'component' | 'api'> {
  const files = Object.entries(readHashes()).map(([name, integrity]) => ({
    name,
    integrity,
    url: toUrl(`element/${name}`),
  }));
  const find = (wanted: string): (typeof files)[number] => {
    const file = files.find(({ name }) => name === wanted);
    if (file === undefined) throw new Error(`${folder}/integrity.json has no hash for ${wanted}.`);
    return file;
  };
  return {
    component: {
      element: find('plural-otp.min.js'),
      styles: find('plural-otp.css'),
      more: files.filter(({ name }) => /^(?:themes|locales)\//.test(name)),
    },
    api: toApiTables(JSON.parse(readText(`${folder}/custom-elements.json`))),
  };
}
