/** The documentation as the pages of the site need it: read once per build. */
import { readPromises } from './promises.ts';
import { type LinkedPages, linkPages } from './links.ts';
import { readPages } from './pages.ts';

let site: LinkedPages | undefined;

/** Reads all pages with their links, and the sources that they and the home page lead to. */
export function readSite(): LinkedPages {
  if (site !== undefined) return site;
  const { pages, sources } = linkPages(readPages());
  const fromHome = readPromises().flatMap(({ tests }) => tests.map(({ path }) => path));
  site = { pages, sources: [...new Set([...sources, ...fromHome])].toSorted() };
  return site;
}
