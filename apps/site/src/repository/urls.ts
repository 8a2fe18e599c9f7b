/** URLs of the site, below the path that it is served from. */
const base = `${(process.env['SITE_BASE'] ?? '/').replace(/\/+$/, '')}/`;

/** Returns the URL of a page or file of the site, given without a leading slash. */
export const toUrl = (path = ''): string => `${base}${path}`;

/** Returns the URL of the page that shows a file or folder of the repository. */
export const toSourceUrl = (path: string): string => toUrl(`source/${encodeURI(path).replace(/\/+$/, '')}/`);

/** Folder of the repository whose pictures the site serves. */
export const pictureFolder = 'docs/pictures';

/** Returns the URL of a picture of the repository. */
export const toPictureUrl = (path: string): string => toUrl(path.replace(pictureFolder, 'pictures'));

/** Returns the fragment that leads to the line of a file in which a test's title begins; empty when none does. */
export function toLineFragment(text: string, title: string): string {
  const words = title.replace(/\\?`/g, '').split(' › ').at(-1) ?? title;
  // A title in code may hold a placeholder, or escape its quotes.
  const beginning = words.split(/%|"|'|`|\$|’/)[0]?.trim() ?? '';
  if (beginning.length < 6) return '';
  const index = text.split('\n').findIndex((line) => line.includes(beginning));
  return index < 0 ? '' : `#L${index + 1}`;
}
