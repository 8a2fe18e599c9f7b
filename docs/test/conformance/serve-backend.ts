/** A test backend and its sandbox behind one real server, for the command of the conformance tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestBackend } from './edge-backend.ts';

export interface ServedBackend {
  readonly origin: string;
  close(): Promise<void>;
}

/** Handles a request before the backend does; true when it has. */
export type Intercept = (path: string, incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/** Serves paths of the sandbox from the sandbox, and every other path from the backend. */
export async function serveBackend(backend: TestBackend, intercept: Intercept = () => false): Promise<ServedBackend> {
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    if (intercept(path, incoming, outgoing)) return;
    const origin = /^\/(?:sandbox|api)\//.test(path) ? backend.sandboxUrl : new URL(backend.url).origin;
    const { method = 'GET', headers } = incoming;
    const { host: _host, 'content-length': _length, ...kept } = headers as Record<string, string>;
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(await buffer(incoming)) };
    const response = await backend.fetch(origin + path, { method, headers: kept, ...body });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  }
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
