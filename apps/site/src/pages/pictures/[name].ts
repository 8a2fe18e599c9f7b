/** The pictures of the documentation, as the repository has them. */
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { APIRoute, GetStaticPaths } from 'astro';
import { listFiles, toAbsolute } from '../../repository/files.ts';
import { pictureFolder } from '../../repository/urls.ts';

export const getStaticPaths: GetStaticPaths = () =>
  listFiles(pictureFolder).map((path) => ({ params: { name: basename(path) }, props: { path } }));

export const GET: APIRoute<{ path: string }> = ({ props: { path } }) =>
  new Response(readFileSync(toAbsolute(path)), { headers: { 'content-type': `image/${extname(path).slice(1)}` } });
