/** The shop as an edge function, in the memory of one process. */

import { memoryStore } from '@plural-otp/edge';
import { createShop } from '../app.ts';
import type { BrowserFiles } from '../browser-files.ts';
import { createMemoryRepository } from '../memory-repository.ts';
import { createMemoryOverview } from '../merchant/memory-overview.ts';
import { parseSettings } from '../settings.ts';

/** Constant that `bundle.ts` defines. */
declare const browserFiles: BrowserFiles;

// All data is in this process and lost when it ends. A platform with several processes needs a database.
const data = createMemoryRepository();
const store = memoryStore({ singleProcess: true });

const shop = createShop({
  settings: parseSettings(process.env),
  repository: data,
  overview: createMemoryOverview(data),
  store,
  files: browserFiles,
  // The process keeps running between requests, so background work needs no `waitUntil`.
  waitUntil: (work) => void work.catch(() => undefined),
  log: (line) => console.error(line),
});

addEventListener('fetch', (event) => {
  const { request } = event as FetchEventLike;
  const headers = new Headers(request.headers);
  // The server of edge-runtime drops `content-encoding`, so a compressed body would reach the browser as noise.
  headers.delete('accept-encoding');
  (event as FetchEventLike).respondWith(shop.fetch(new Request(request, { headers })));
});
setInterval(() => void shop.sweep(), 30_000);

interface FetchEventLike extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
