/** The contract's OpenAPI document, as the package `flow` has it. */
import type { APIRoute } from 'astro';
import { readText } from '../../../repository/files.ts';

export const GET: APIRoute = () =>
  new Response(readText('packages/flow/openapi.json'), { headers: { 'content-type': 'application/json' } });
