// For runtimes that only answer requests, as a classic script (edge-runtime).
import { runSuite } from '../suite/run.ts';
import { serverCases } from '../suite/server.ts';

interface FetchEventLike extends Event {
  respondWith(response: Promise<Response>): void;
}
addEventListener('fetch', (event) => {
  (event as FetchEventLike).respondWith(runSuite(serverCases).then((results) => Response.json(results)));
});
