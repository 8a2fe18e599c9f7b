import { memoryStore } from '@plural-otp/edge';
import { createShop } from '../app.ts';
import type { BrowserFiles } from '../browser-files.ts';
import { createMemoryRepository } from '../memory-repository.ts';
import { parseSettings } from '../settings.ts';

/** Put in by `bundle.ts`. */
declare const browserFiles: BrowserFiles;

// One process holds everything here, and forgets it when it ends. Where several answer, both lines need a database.
const data = createMemoryRepository();
const store = memoryStore({ singleProcess: true });

const shop = createShop({
  settings: parseSettings(process.env),
  repository: data,
  store,
  files: browserFiles,
  // Nothing ends this process between two requests.
  waitUntil: (work) => void work.catch(() => undefined),
  log: (line) => console.error(line),
});

addEventListener('fetch', (event) => {
  (event as FetchEventLike).respondWith(shop.fetch((event as FetchEventLike).request));
});
setInterval(() => void shop.sweep(), 30_000);

interface FetchEventLike extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
