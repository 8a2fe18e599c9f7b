/** All pages of the documentation: rows of the table, recipes, error codes, and the references that are generated. */
import { kindOf, listFiles, readText } from './files.ts';
import { readApiPages } from './api-reference.ts';
import { readContractPage } from './contract-reference.ts';
import { describe, listFragments, raiseHeadings, splitMarkdown, toFragment } from './markdown.ts';
import { type Group, pageTable, type PageRow } from './page-table.ts';

/** A page before its links are rewritten. */
export interface RepositoryPage {
  readonly id: string;
  readonly group: Group;
  /** Subgroup of the sidebar. */
  readonly subgroup?: string;
  readonly title: string;
  readonly description: string;
  /** Path of the file that the Markdown comes from; its links are relative to it. */
  readonly file: string;
  /** Fragment of the file's heading that the page stands for. */
  readonly fragment?: string;
  /** Folder whose files the page shows, for links that lead to the folder. */
  readonly folder?: string;
  readonly markdown: string;
  /** Fragments of its own headings. */
  readonly fragments: readonly string[];
}

type Draft = Omit<RepositoryPage, 'description' | 'fragments'>;

const complete = (draft: Draft): RepositoryPage => ({
  ...draft,
  description: describe(draft.markdown),
  fragments: listFragments(draft.markdown),
});

/** Reads every page. */
export function readPages(): RepositoryPage[] {
  const rows = [...pageTable, ...findUnlisted()];
  const fromTable = rows.map(readRow);
  const at = fromTable.findIndex(({ group }) => group === 'Guides');
  const drafts = [
    ...fromTable.slice(0, at),
    ...readRecipes(),
    ...fromTable.slice(at),
    readContractPage(),
    ...readErrors(),
    ...readApiPages(),
  ];
  const twice = drafts.filter(({ id }, index) => drafts.findIndex((other) => other.id === id) < index);
  if (twice.length > 0) throw new Error(`Two pages have the id ${twice.map(({ id }) => id).join(', ')}.`);
  return drafts.map(complete);
}

function readRow({ id, group, file, section, title }: PageRow): Draft {
  const { title: own, parts } = splitMarkdown(readText(file));
  if (section === undefined) {
    const text = parts.map(({ heading, markdown }) => (heading === '' ? markdown : `## ${heading}\n\n${markdown}`));
    return { id, group, file, title: title ?? own, markdown: text.join('\n\n') };
  }
  const part = parts.find(({ heading }) => heading === section);
  if (part === undefined) throw new Error(`${file} has no section "${section}", which the page ${id} shows.`);
  return {
    id,
    group,
    file,
    title: title ?? section,
    fragment: toFragment(section),
    markdown: raiseHeadings(part.markdown),
  };
}

/** Rows for Markdown files of docs/ and packages/ that the table does not name. */
function findUnlisted(): PageRow[] {
  const known = new Set([...pageTable.map(({ file }) => file), 'docs/recipes.md', 'docs/errors.md']);
  const docs = listFiles('docs').filter((file) => /^docs\/[^/]+\.md$/.test(file));
  const packages = listFiles('packages').filter((file) => /^packages\/[^/]+\/README\.md$/.test(file));
  return [...docs, ...packages]
    .filter((file) => !known.has(file))
    .map((file) => ({
      id: `guides/${/([^/]+)(?:\/README)?\.md$/.exec(file)?.[1]}`,
      group: 'Guides' as const,
      file,
    }));
}

const codeBlock = (path: string): string => {
  const language = /\.(\w+)$/.exec(path)?.[1] ?? 'txt';
  return `### \`${path.replace('docs/recipes/', '')}\`\n\n\`\`\`\`${language}\n${readText(path).trimEnd()}\n\`\`\`\``;
};

/** A page per platform: the section of docs/recipes.md, and the files of its folder. */
function readRecipes(): Draft[] {
  const file = 'docs/recipes.md';
  const { parts } = splitMarkdown(readText(file));
  const overview = parts[0]?.markdown ?? '';
  const folders = new Map(
    [...overview.matchAll(/\]\(#([\w-]+)\) \|[^\n]*?\]\((recipes\/[\w-]+)\)/g)].map(
      ([, fragment = '', folder = '']) => [fragment, `docs/${folder}`],
    ),
  );
  return parts.map(({ heading, markdown }) => {
    if (heading === '') return { id: 'start/platforms', group: 'Start', file, title: 'Choose your platform', markdown };
    const fragment = toFragment(heading);
    const linked = [...markdown.matchAll(/\]\((recipes\/[^)]+)\)/g)].map(([, path = '']) => `docs/${path}`);
    const folder = folders.get(fragment);
    const paths = folder === undefined ? linked.filter((path) => kindOf(path) === 'file') : listFiles(folder);
    const shared = folder === undefined ? '' : '\nIt needs the [shared files](#shared-files) next to it.\n';
    const files = paths.length === 0 ? '' : `\n\n## The files\n${shared}\n${paths.map(codeBlock).join('\n\n')}\n`;
    return {
      id: `start/${fragment}`,
      group: 'Start',
      subgroup: 'Platforms',
      file,
      fragment,
      ...(folder !== undefined && { folder }),
      title: heading,
      markdown: `${raiseHeadings(markdown)}${files}`,
    };
  });
}

/** The table of errors, and a page per code. */
function readErrors(): Draft[] {
  const file = 'docs/errors.md';
  const { title, parts } = splitMarkdown(readText(file));
  const overview = parts.filter(({ heading }) => heading !== 'Codes');
  const codes = parts.find(({ heading }) => heading === 'Codes');
  if (codes === undefined) throw new Error('docs/errors.md has no section "Codes".');
  const text = overview.map(({ heading, markdown }) => (heading === '' ? markdown : `## ${heading}\n\n${markdown}`));
  const sections = splitMarkdown(codes.markdown, 3).parts.filter(({ heading }) => heading !== '');
  return [
    { id: 'reference/errors', group: 'Reference', file, title, markdown: text.join('\n\n') },
    ...sections.map(({ heading, markdown }): Draft => {
      const code = heading.replaceAll('`', '');
      const fragment = toFragment(heading);
      return {
        id: `reference/errors/${fragment}`,
        group: 'Reference',
        subgroup: 'Error codes',
        file,
        fragment,
        title: code,
        markdown: `${markdown}\n\nThrown as a \`PluralError\` whose \`code\` is \`${code}\`. [All codes](#codes)`,
      };
    }),
  ];
}
