/** A list of all pages with their Markdown twins, by the convention of https://llmstxt.org. */
import type { APIRoute } from 'astro';
import { readText } from '../repository/files.ts';
import { describe, splitMarkdown } from '../repository/markdown.ts';
import { groups } from '../repository/page-table.ts';
import { readSite } from '../repository/site.ts';
import { toUrl } from '../repository/urls.ts';

export const GET: APIRoute = () => {
  const { title, parts } = splitMarkdown(readText('README.md'));
  const { pages } = readSite();
  const sections = groups.map((group) => {
    const links = pages
      .filter((page) => page.group === group)
      .map(
        (page) =>
          `- [${page.title}](${toUrl(`${page.id}.md`)})${page.description === '' ? '' : `: ${page.description}`}`,
      );
    return `## ${group}\n\n${links.join('\n')}`;
  });
  const text = `# ${title}\n\n> ${describe(parts[0]?.markdown ?? '')}\n\n${sections.join('\n\n')}\n`;
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
