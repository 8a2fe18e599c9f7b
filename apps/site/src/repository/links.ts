/** Leads links of the repository to pages of the site: to a page, to a heading on it, or to the source of a file. */
import { posix } from 'node:path';
import { kindOf, readText } from './files.ts';
import { rewriteLinks, rewritePictures, toFragment } from './markdown.ts';
import type { RepositoryPage } from './pages.ts';
import { pictureFolder, toLineFragment, toPictureUrl, toSourceUrl, toUrl } from './urls.ts';

/** Pages with their links rewritten, and the files that they lead to. */
export interface LinkedPages {
  readonly pages: readonly RepositoryPage[];
  /** Paths of files and folders that have no page of their own, sorted. */
  readonly sources: readonly string[];
}

/**
 * Rewrites the links and pictures of all pages.
 *
 * @throws An error that names every link that leads nowhere, and every picture that is not served.
 */
export function linkPages(pages: readonly RepositoryPage[]): LinkedPages {
  const sources = new Set<string>();
  const problems: string[] = [];
  const byFile = Map.groupBy(pages, ({ file }) => file);

  const toFile = (page: RepositoryPage, path: string): string =>
    path === '' ? page.file : posix.normalize(posix.join(posix.dirname(page.file), path)).replace(/\/$/, '');

  function resolve(page: RepositoryPage, target: string, text: string): string {
    const [path = '', fragment] = target.split('#');
    const file = toFile(page, path);
    const shown = findPage(byFile, file, fragment, page);
    if (shown !== undefined) return shown;
    const showsFolder = pages.find(({ folder }) => folder === file);
    if (showsFolder !== undefined) return toUrl(`${showsFolder.id}/`);
    if (file === 'packages/flow/openapi.json') return toUrl('reference/contract/openapi.json');
    const kind = kindOf(file);
    if (kind === undefined) problems.push(`${page.file} links to ${target}, which does not exist.`);
    if (kind === 'folder' && kindOf(`${file}/README.md`) === 'file') {
      return findPage(byFile, `${file}/README.md`, fragment, page) ?? addSource(file, text);
    }
    return addSource(file, text);
  }
  function addSource(file: string, text: string): string {
    sources.add(file);
    return `${toSourceUrl(file)}${kindOf(file) === 'file' ? toLineFragment(readText(file), text) : ''}`;
  }

  function showPicture(page: RepositoryPage, target: string): string {
    const file = toFile(page, target);
    if (kindOf(file) === 'file' && posix.dirname(file) === pictureFolder) return toPictureUrl(file);
    problems.push(`${page.file} shows ${target}, which is no picture of ${pictureFolder}.`);
    return target;
  }

  const linked = pages.map((page) => {
    const shown = rewritePictures(page.markdown, (target) => showPicture(page, target));
    return { ...page, markdown: rewriteLinks(shown, (target, text) => resolve(page, target, text)) };
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { pages: linked, sources: [...sources].toSorted() };
}

function findPage(
  byFile: ReadonlyMap<string, readonly RepositoryPage[]>,
  file: string,
  fragment: string | undefined,
  from: RepositoryPage,
): string | undefined {
  const candidates = byFile.get(file);
  if (candidates === undefined) return file === 'README.md' ? toUrl() : undefined;
  if (fragment === undefined) {
    const [first] = candidates;
    if (first === undefined) return undefined;
    return file === 'README.md' ? toUrl() : toUrl(`${first.id}/`);
  }
  const stands = candidates.find((page) => page.fragment === fragment);
  if (stands !== undefined) return toUrl(`${stands.id}/`);
  // A heading of the same page needs no path.
  if (from.file === file && from.fragments.includes(fragment)) return `#${fragment}`;
  const holds = candidates.find(({ fragments }) => fragments.includes(fragment));
  const [first] = candidates;
  if (holds === undefined && first !== undefined && fragment === toFragment('Codes')) return toUrl(`${first.id}/`);
  return holds === undefined ? toUrl(`${first?.id}/#${fragment}`) : toUrl(`${holds.id}/#${fragment}`);
}
