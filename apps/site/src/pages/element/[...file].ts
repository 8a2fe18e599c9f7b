/** The files of the element that the playground loads, byte for byte as they are built. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { listElementFiles, readElementFile } from '../../repository/element-files.ts';

export const getStaticPaths: GetStaticPaths = () => listElementFiles().map((file) => ({ params: { file } }));

export const GET: APIRoute = ({ params: { file = '' } }) =>
  new Response(readElementFile(file), {
    headers: { 'content-type': file.endsWith('.css') ? 'text/css' : 'text/javascript' },
  });
