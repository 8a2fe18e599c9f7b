/** Takes events over HTTP, for shops in another language, and serves the page. */

import type { Insight } from './create-insight.ts';
import type { InsightPage } from './page/index.ts';

/** Largest body: about 10,000 events. */
const maxBodyBytes = 4_000_000;

const text = (status: number, body: string): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } });

/** Compares two texts in a time that depends on their lengths alone. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index += 1) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index % Math.max(other.length, 1));
  }
  return difference === 0;
}

async function readText(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Counted as an event that cannot be read.
    return undefined;
  }
}

/** Returns the password that a browser sends, with any user name. */
function readPassword(request: Request): string {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  try {
    const typed = new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
    return typed.slice(typed.indexOf(':') + 1);
  } catch {
    return '';
  }
}

/** Secrets of a sidecar. */
export interface SidecarSecrets {
  /** Bearer token for events. */
  token: string;
  /** Password of the page; without one, the page decides by itself who may see it. */
  password?: string;
}

/**
 * Creates the handler: `POST /events` with a bearer token, and the page for everything else. `peerAddress` is passed to
 * the page.
 */
export function createSidecar(
  insight: Insight,
  page: InsightPage,
  { token, password = '' }: SidecarSecrets,
): (request: Request, peerAddress?: string) => Promise<Response> {
  return async (request, peerAddress) => {
    if (new URL(request.url).pathname !== '/events') {
      if (password === '' || isSame(readPassword(request), password)) return page.fetch(request, peerAddress);
      const refused = text(401, 'Sign in with INSIGHT_PASSWORD, as any user');
      refused.headers.set('www-authenticate', 'Basic realm="Insight", charset="UTF-8"');
      return refused;
    }
    if (request.method !== 'POST') return text(405, 'POST events as NDJSON, one a line');
    if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${token}`))
      return text(401, 'Set the header "Authorization: Bearer <INSIGHT_TOKEN>"');
    const body = await readText(request);
    if (body === undefined) return text(413, `At most ${maxBodyBytes} bytes at once`);
    const lines = body.split('\n').filter((line) => line.trim() !== '');
    const before = insight.losses().losses;
    await insight.ingest(lines.map(parseLine));
    const after = insight.losses().losses;
    const names = Object.keys(after) as (keyof typeof after)[];
    const lost = names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
    const notKept = Object.fromEntries(lost.filter(([, count]) => count > 0));
    return Response.json({ received: lines.length, notKept }, { headers: { 'cache-control': 'no-store' } });
  };
}
