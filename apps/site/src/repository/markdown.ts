/** Cuts and rewrites Markdown of the repository. Code blocks stay as they are. */

/** One part of a Markdown file: the beginning, or a section of the second level. */
export interface MarkdownPart {
  /** Heading as written, without its marks; empty for the beginning. */
  readonly heading: string;
  readonly markdown: string;
}

const fence = /^(`{3,}|~{3,})/;

/** Calls `change` for the text outside code blocks, and joins the result. */
export function mapText(markdown: string, change: (text: string) => string): string {
  const parts: string[] = [];
  let buffer: string[] = [];
  let closing: string | undefined;
  const flush = (isText: boolean): void => {
    if (buffer.length > 0) parts.push(isText ? change(buffer.join('\n')) : buffer.join('\n'));
    buffer = [];
  };
  for (const line of markdown.split('\n')) {
    const mark = fence.exec(line.trimStart())?.[1];
    if (closing === undefined && mark !== undefined) {
      flush(true);
      closing = mark;
      buffer.push(line);
    } else if (closing !== undefined && line.trim().startsWith(closing)) {
      buffer.push(line);
      flush(false);
      closing = undefined;
    } else buffer.push(line);
  }
  flush(closing === undefined);
  return parts.join('\n');
}

/** Splits a file into its title, its beginning, and its sections of a level. */
export function splitMarkdown(text: string, level = 2): { title: string; parts: MarkdownPart[] } {
  const mark = `${'#'.repeat(level)} `;
  const parts: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let title = '';
  let closing: string | undefined;
  for (const line of text.replaceAll(/^<!--[\s\S]*?-->\n?/gm, '').split('\n')) {
    const opening = fence.exec(line.trimStart())?.[1];
    if (opening !== undefined)
      closing = closing === undefined ? opening : line.trim().startsWith(closing) ? undefined : closing;
    if (closing === undefined && title === '' && line.startsWith('# ')) title = line.slice(2).replaceAll('`', '');
    else if (closing === undefined && line.startsWith(mark))
      parts.push({ heading: line.slice(mark.length), lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return { title, parts: parts.map(({ heading, lines }) => ({ heading, markdown: lines.join('\n').trim() })) };
}

/** Raises the headings of a section by one level, for a page whose title is the section's own. */
export const raiseHeadings = (markdown: string): string =>
  mapText(markdown, (text) => text.replaceAll(/^#(#{2,} )/gm, '$1'));

/** Returns the fragment of a heading, as GitHub and Astro make it. */
export const toFragment = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

/** Returns the fragments of all headings. */
export function listFragments(markdown: string): string[] {
  const fragments: string[] = [];
  mapText(markdown, (text) => {
    for (const [, heading = ''] of text.matchAll(/^#{1,6} (.+)$/gm)) fragments.push(toFragment(heading));
    return text;
  });
  return fragments;
}

/** Returns the first paragraph as plain text of at most 180 characters. */
export function describe(markdown: string): string {
  const paragraph = markdown.split(/\n\s*\n/).find((block) => /^[A-Za-z`*[“]/.test(block)) ?? '';
  const plain = paragraph
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (plain.length <= 180) return plain;
  return `${plain.slice(0, 178).replace(/\s\S*$/, '')} …`;
}

/** Rewrites the target of every link outside code. `change` gets target and text. */
export const rewriteLinks = (markdown: string, change: (target: string, text: string) => string): string =>
  mapText(markdown, (text) =>
    text.replaceAll(
      /(!?)\[((?:[^[\]\\]|\\.|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()]*\))?[^()\s]*)\)/g,
      (whole, image: string, label: string, target: string) =>
        image === '!' || /^[a-z]+:/.test(target) ? whole : `[${label}](${change(target, label)})`,
    ),
  );

/** Rewrites the target of every picture outside code: `![…](target)`, `src="target"` and `srcset="target"`. */
export const rewritePictures = (markdown: string, change: (target: string) => string): string =>
  mapText(markdown, (text) =>
    text.replaceAll(/(!\[[^\]]*\]\(|\s(?:src|srcset)=")([^\s")]+)/g, (whole, before: string, target: string) =>
      /^[a-z]+:/.test(target) ? whole : `${before}${change(target)}`,
    ),
  );
