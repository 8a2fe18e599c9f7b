/** Content loader of Astro over the repository: renders its Markdown where it is, and copies none. */
import type { Loader } from 'astro/loaders';
import { makeAccessible } from './accessible-html.ts';
import { readSite } from './site.ts';

/** Creates the loader. */
export function repositoryLoader(): Loader {
  return {
    name: 'repository',
    async load(context) {
      const { store, logger } = context;
      const { pages } = readSite();
      const stale = new Set(store.keys());
      for (const { id, title, description, markdown } of pages) {
        stale.delete(id);
        const data = {
          title,
          description,
          editUrl: false,
          tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
        };
        const digest = context.generateDigest({ ...data, markdown });
        if (store.get(id)?.digest === digest) continue;
        const parsed = await context.parseData({ id, data });
        const rendered = await context.renderMarkdown(markdown);
        const html = makeAccessible(rendered.html, title);
        store.set({ id, data: parsed, body: markdown, digest, rendered: { ...rendered, html } });
      }
      for (const id of stale) store.delete(id);
      logger.info(`${pages.length} pages`);
    },
  };
}
