/** Checks the built site: every link, picture and script of its own exists, and nothing is loaded from elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const attribute = /\s(href|src|srcset|poster|action)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const decode = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&quot;', '"').replaceAll('&#x26;', '&');

interface Page {
  readonly links: readonly { readonly name: string; readonly target: string; readonly tag: string }[];
  readonly ids: ReadonlySet<string>;
}

function readPage(html: string): Page {
  // What scripts and code hold is no markup of the page.
  const text = html.replaceAll(/<(script|style)\b([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2>');
  const links = [...text.matchAll(/<([a-z][\w-]*)\b((?:\s[^<>]*)?)>/g)].flatMap(([, tag = '', attributes = '']) =>
    [...attributes.matchAll(attribute)].map(([, name = '', double, single]) => ({
      name,
      tag,
      target: decode(double ?? single ?? ''),
    })),
  );
  const ids = new Set([...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id = '']) => decode(id)));
  return { links, ids };
}

/** Returns one line per link that leads nowhere, and per file that a page would load from another host. */
export function checkLinks(folder: string, base: string): string[] {
  const root = `${base.replace(/\/+$/, '')}/`;
  const files = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')),
  );
  const pages = new Map<string, Page>();
  for (const path of files)
    if (path.endsWith('.html')) pages.set(path, readPage(readFileSync(join(folder, path), 'utf8')));

  const problems: string[] = [];
  for (const [path, { links }] of pages) {
    const pageUrl = new URL(`https://site.invalid${root}${path.replace(/(^|\/)index\.html$/, '$1')}`);
    for (const { name, tag, target } of links) {
      if (target.startsWith('data:') || target.startsWith('mailto:')) continue;
      const url = new URL(target, pageUrl);
      if (url.origin !== pageUrl.origin) {
        if (tag !== 'a' && !(tag === 'link' && name === 'href' && target.startsWith('https://')))
          problems.push(`${path} loads ${target}`);
        continue;
      }
      if (!url.pathname.startsWith(root)) {
        problems.push(`${path} leaves ${root}: ${target}`);
        continue;
      }
      const file = decodeURI(url.pathname.slice(root.length)).replace(/(^|\/)$/, '$1index.html');
      if (!files.has(file)) problems.push(`${path} links to ${target}, which does not exist`);
      const fragment = decodeURIComponent(url.hash.slice(1));
      const page = pages.get(file);
      if (fragment !== '' && page !== undefined && !page.ids.has(fragment)) {
        problems.push(`${path} links to ${target}, and that page has no "${fragment}"`);
      }
    }
  }
  return problems;
}
