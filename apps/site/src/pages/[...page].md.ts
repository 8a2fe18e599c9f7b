/** The Markdown twin of each page of the documentation, for whoever reads without a browser. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { readSite } from '../repository/site.ts';

export const getStaticPaths: GetStaticPaths = () =>
  readSite().pages.map(({ id, title, markdown }) => ({
    params: { page: id },
    props: { text: `# ${title}\n\n${markdown}\n` },
  }));

export const GET: APIRoute<{ text: string }> = ({ props }) =>
  new Response(props.text, { headers: { 'content-type': 'text/markdown; charset=utf-8' } });
